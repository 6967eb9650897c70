"""Brings what felix reports into Neutron's tables, as the real driver's agent reports and port updates do.

Reads lines, each a JSON list of {"agent": HOST, "at": SECONDS} and {"port": ID, "status": "ACTIVE" | "DOWN" | "ERROR"}, and writes
each line in one transaction: every transaction can make one of Neutron's own fail as "locked". Answers a line with a JSON list, `ok`
or what was wrong for each. A heartbeat in the future would keep a dead agent alive: it is refused.
"""
import json
import sqlite3
import sys
import time
import uuid
from datetime import datetime, timezone

KIND = "Calico per-host agent (felix)"
MEND = "update agents set heartbeat_timestamp = ? where agent_type = ? and host = ?"
MAKE = (
    'insert into agents (id, agent_type, "binary", topic, host, admin_state_up, created_at, started_at,'
    " heartbeat_timestamp, configurations, load) values (?, ?, 'calico-felix', 'N/A', ?, 1, ?, ?, ?, '{}', 0)"
)


def agent(rows, host, at):
    if at > time.time():
        raise ValueError(f"the heartbeat of {host} is {at - time.time():.1f} s in the future")
    beat = datetime.fromtimestamp(at, timezone.utc).strftime("%Y-%m-%d %H:%M:%S.%f")
    if not rows.execute(MEND, (beat, KIND, host)).rowcount:
        rows.execute(MAKE, (str(uuid.uuid4()), KIND, host, beat, beat, beat))


def port(rows, identity, status):
    if status not in ("ACTIVE", "DOWN", "ERROR"):
        raise ValueError(f"{status} is no status of a port")
    # A write that changes nothing would still make a transaction of Neutron's that began before it fail as "locked".
    if rows.execute("select 1 from ports where id = ? and status <> ?", (identity, status)).fetchone():
        rows.execute("update ports set status = ? where id = ?", (status, identity))


def write(rows, row):
    try:
        if "agent" in row:
            agent(rows, row["agent"], row["at"])
        else:
            port(rows, row["port"], row["status"])
        return "ok"
    except (ValueError, KeyError) as error:
        return f"refused: {error}"


def write_all(rows, line):
    try:
        with rows:
            return [write(rows, row) for row in line]
    except sqlite3.Error as error:
        return [f"refused: {error}"] * len(line)


connection = sqlite3.connect(sys.argv[1], timeout=30)
for text in sys.stdin:
    print(json.dumps(write_all(connection, json.loads(text))), flush=True)
