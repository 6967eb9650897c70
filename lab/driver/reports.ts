import type { Row } from "./rows.js";

const states: Readonly<Record<string, "ACTIVE" | "DOWN" | "ERROR">> = { up: "ACTIVE", down: "DOWN", error: "ERROR" };

/** After so many looks every port's state is told again: Neutron sets a port DOWN when it is bound anew, and felix says nothing then. */
const resync = 5;

/** Turns felix' keys, read again and again, into what to tell Neutron: agents that beat, ports that changed. */
export function createReports(): (keys: ReadonlyMap<string, string>, now: number) => Row[] {
  let seen: ReadonlyMap<string, string> = new Map();
  let looks = 0;
  return (keys, now) => {
    const all = looks++ % resync === 0;
    const rows = [...keys].flatMap(([key, value]) => rowOf({ key, value }, { changed: seen.get(key) !== value, all, now }));
    seen = new Map(keys);
    return rows;
  };
}

/** `…/host/<host>/status` is a sign of life, `…/endpoint/<port>` a port's state; other keys below a host mean nothing here. */
function rowOf({ key, value }: { key: string; value: string }, look: { changed: boolean; all: boolean; now: number }): Row[] {
  const agent = /\/host\/([^/]+)\/status$/.exec(key)?.[1];
  if (agent !== undefined) return look.changed ? [{ agent, at: look.now }] : [];
  const port = /\/endpoint\/([^/]+)$/.exec(key)?.[1];
  const status = states[stateIn(value)];
  return port !== undefined && status !== undefined && (look.changed || look.all) ? [{ port, status }] : [];
}

function stateIn(value: string): string {
  try {
    return String((JSON.parse(value) as { status?: unknown }).status);
  } catch {
    return "";
  }
}
