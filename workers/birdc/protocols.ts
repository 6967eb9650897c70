import { isIP } from "node:net";
import type { BgpSession } from "../../src/cluster/bird.js";
import { readName } from "./names.js";
import { type HostClock, sinceAt } from "./since.js";

const header = /^name\s+proto\s+table\s+state\s+since\s+info\s*$/i;
const row = /^(\S+)\s+(\S+)\s+(\S+)\s+(up|start|stop|down|wait|feed|flush)\s+(\S+(?: \d{2}:\d{2}:\d{2}(?:\.\d+)?)?)\s*(.*)$/;
const states = /^(Idle|Connect|Active|Passive|OpenSent|OpenConfirm|Established|Close|Down)\b/;

/** `show protocols all` of BIRD 1.6 or 2: the BGP protocols, in its order. Null when this is not such a table. */
export function readProtocols(text: string, daemon: { family: 4 | 6; clock: HostClock | null }): BgpSession[] | null {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => header.test(line));
  if (start < 0) return null;
  const sessions: BgpSession[] = [];
  let block: { fields: string[]; details: string[] } | null = null;
  const finish = (): void => {
    if (block?.fields[2] === "BGP") sessions.push(sessionOf(block.fields, block.details, daemon));
    block = null;
  };
  for (const line of lines.slice(start + 1)) {
    if (/^\s/.test(line)) block?.details.push(line.trim());
    else if (line !== "") {
      finish();
      const fields = row.exec(line);
      if (!fields) return null;
      block = { fields, details: [] };
    }
  }
  finish();
  return sessions;
}

function sessionOf(
  fields: readonly string[],
  details: readonly string[],
  { family, clock }: { family: 4 | 6; clock: HostClock | null },
): BgpSession {
  const [, protocol = "", , , state = "", since = "", info = ""] = fields;
  const name = readName(protocol);
  const peer = detail(details, "Neighbor address")?.replace(/%.*$/, "") ?? name.address;
  const bgp = states.exec(info)?.[1] ?? null;
  const error = info.replace(states, "").trim();
  const routes = routesOf(details);
  return {
    protocol,
    peer,
    naming: name.naming,
    family: peer !== null && isIP(peer) !== 0 ? (isIP(peer) as 4 | 6) : family,
    state,
    bgp: state === "down" ? null : bgp,
    established: state === "up" && bgp === "Established",
    disabled: state === "down",
    error: error === "" ? null : error,
    lastError: detail(details, "Last error"),
    since,
    sinceAt: sinceAt(since, clock),
    neighborAs: asNumber(detail(details, "Neighbor AS")),
    localAs: asNumber(detail(details, "Local AS")),
    imported: routes?.imported ?? null,
    exported: routes?.exported ?? null,
  };
}

function detail(details: readonly string[], label: string): string | null {
  const line = details.find((text) => text.startsWith(`${label}:`));
  return line === undefined ? null : line.slice(label.length + 1).trim();
}

const asNumber = (text: string | null): number | null => (text !== null && /^\d+$/.test(text) ? Number(text) : null);

/** Summed over the channels of BIRD 2; BIRD 1.6 has one line. */
function routesOf(details: readonly string[]): { imported: number; exported: number } | null {
  const lines = details.filter((text) => text.startsWith("Routes:"));
  if (lines.length === 0) return null;
  const sum = (word: string): number => lines.reduce((total, line) => total + Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0), 0);
  return { imported: sum("imported"), exported: sum("exported") };
}
