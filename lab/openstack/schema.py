"""Prepares a database file: a write-ahead log, and for Neutron the tables.

Without the log a reader blocks writers and Keystone answers 500. Neutron's migrations cannot run on SQLite (no ALTER of
constraints there), so its tables come from its own models.
"""
import sqlite3
import sys

path, tables = sys.argv[1], "neutron" in sys.argv[2:]
sqlite3.connect(path).execute("PRAGMA journal_mode=WAL")
if tables:
    from neutron.db.migration.models import head
    from sqlalchemy import create_engine

    head.get_metadata().create_all(create_engine(f"sqlite:///{path}"))
