import type { NodeStatus, NodeStatusPeer } from "../../src/cluster/calicoctl.js";

/** `calicoctl node status` of both command lines; null when it is nothing of the kind. Its sentences come on either stream. */
export function readNodeStatus({ stdout, stderr }: { stdout: string; stderr: string }): NodeStatus | null {
  const lines = `${stdout}\n${stderr}`.split("\n").map((line) => line.trimEnd());
  if (!lines.some((line) => /^Calico process is (?:not )?running\.$/.test(line))) return null;
  const tables = tablesOf(lines);
  const peers = tables.map(peersOf);
  if (peers.some((of) => of === null)) return null;
  const said = lines.filter((line) => !plain.test(line));
  const spoke4 = lines.includes("IPv4 BGP status");
  // A host without IPv6 says so when all is well, too.
  const remarks = said.filter((line) => !(spoke4 && /^INFO: BIRDv6 process: .* is not running\.$/.test(line)));
  return {
    running: !said.some((line) => /^(?:Calico process|The BGP backend process \(BIRD\)) is not running\.$/.test(line)),
    peers: peers.flatMap((of) => of ?? []),
    remark: remarks.length > 0 ? remarks.join("; ") : null,
  };
}

/** Lines of a table, headings, blanks, and the log of etcd's client: no sentences. */
const plain = /^(?:|[+|].*|IPv[46] BGP status|Calico process is running\.|\{"level":.*)$/;

/** Runs of lines that are drawn as a table. */
function tablesOf(lines: readonly string[]): string[][] {
  const tables: string[][] = [];
  let open: string[] | null = null;
  for (const line of lines) {
    if (!/^[+|]/.test(line)) open = null;
    else if (open === null) tables.push((open = [line]));
    else open.push(line);
  }
  return tables;
}

const headings = ["PEER ADDRESS", "PEER TYPE", "STATE", "SINCE", "INFO"] as const;

/** Its columns are found by heading; a row without an address goes on where the one before it was wrapped. */
function peersOf(table: readonly string[]): NodeStatusPeer[] | null {
  const edges = [...(table[0] ?? "").matchAll(/\+/g)].map((match) => match.index);
  const rows = table.filter((line) => line.startsWith("|")).map((line) => cut(line, edges));
  const [heading, ...body] = rows;
  const columns = headings.map((title) => heading?.findIndex((cell) => cell.toUpperCase() === title) ?? -1);
  if (columns.includes(-1)) return null;
  const peers: string[][] = [];
  for (const row of body) {
    const cells = columns.map((at) => row[at] ?? "");
    const last = peers.at(-1);
    if (cells[0] !== "") peers.push(cells);
    else if (last) cells.forEach((cell, i) => (last[i] = `${last[i]} ${cell}`.trim()));
  }
  return peers.map(([address = "", type = "", state = "", since = "", info = ""]) => ({ address, type, state, since, info }));
}

/** The cells between the edges of the table, so that a bar inside of a cell stays there. */
function cut(line: string, edges: readonly number[]): string[] {
  return edges.slice(0, -1).map((edge, i) => line.slice(edge + 1, edges[i + 1]).trim());
}
