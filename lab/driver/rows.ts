import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { python } from "../openstack/plane.js";

/** A line for Neutron's tables: a sign of life of a host's felix (epoch ms), or the state of a port. */
export type Row = { agent: string; at: number } | { port: string; status: "ACTIVE" | "DOWN" | "ERROR" };

/** Writes into Neutron's database file, all rows in one transaction; resolves for each with `ok`, or with the reason why it was refused. */
export interface Rows {
  write(rows: readonly Row[]): Promise<string[]>;
  close(): void;
}

export function openRows(database: string): Rows {
  const child = spawn(python, [join(import.meta.dirname, "rows.py"), database], { stdio: ["pipe", "pipe", "inherit"] });
  const waiting: { count: number; tell(answers: string[]): void }[] = [];
  createInterface(child.stdout).on("line", (line) => waiting.shift()?.tell(JSON.parse(line) as string[]));
  child.stdin.on("error", () => {});
  child.on("close", () => {
    for (const { count, tell } of waiting.splice(0)) tell(Array.from({ length: count }, () => "refused: the writer has ended"));
  });
  return {
    write(rows) {
      const line = rows.map((row) => ("agent" in row ? { ...row, at: row.at / 1000 } : row));
      return new Promise((tell) => {
        waiting.push({ count: rows.length, tell });
        child.stdin.write(`${JSON.stringify(line)}\n`);
      });
    },
    close: () => void child.stdin.end(),
  };
}
