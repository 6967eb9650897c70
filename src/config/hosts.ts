import { isIP } from "node:net";
import { nearest } from "../contract/nearest.js";
import type { Context } from "./context.js";
import type { Path } from "./path.js";
import type { RawCluster, RawHost } from "./raw.js";
import type { HostConfig } from "./valid.js";

/** Hosts of a cluster with ranges (`compute[1-20]`) written out and checked. */
export function hostsOf({ hosts: raw }: RawCluster, path: Path, { complain, whole }: Pick<Context, "complain" | "whole">): HostConfig[] {
  const at = (index: number, key: string): PropertyKey[] => [...path, "hosts", index, key];
  const groups = raw.map((host, index) => expand(host, (key, message, hint) => complain(at(index, key), message, hint)));
  const hosts = groups.flat();
  twice(groups, { of: ({ name }) => [name] }, (index, name) =>
    complain(at(index, "name"), `two hosts have the name ${name}`, "names must differ"),
  );
  twice(groups, { of: ({ bgp }) => [...new Set(bgp)] }, (index, address) =>
    complain(at(index, "address"), `two hosts have the address ${address}`, "the far end of a session would not be known"),
  );
  const names = hosts.map(({ name }) => name);
  // A host that could not be read is not a host that is missing.
  if (!whole([...path, "hosts"])) return hosts;
  raw.forEach(({ peers }, index) => {
    for (const peer of peers.filter((one) => !names.includes(one) && isIP(one) === 0))
      complain(at(index, "peers"), `\`${peer}\` is neither a host of this cluster nor an address`, peerHint(peer, names));
  });
  return hosts;
}

function peerHint(peer: string, names: readonly string[]): string {
  const near = nearest(peer, names);
  return near === null ? "list it under hosts, with `ssh: false` if nobody logs in there" : `did you mean \`${near}\`?`;
}

/** Tells what several hosts have in common; a range that repeats another is told once. */
function twice(
  groups: readonly HostConfig[][],
  by: { of(host: HostConfig): string[] },
  tell: (index: number, value: string) => void,
): void {
  const seen = new Set<string>();
  groups.forEach((group, index) => {
    const values = group.flatMap((host) => by.of(host));
    const again = values.find((value, i) => seen.has(value) || values.indexOf(value) !== i);
    if (again !== undefined) tell(index, again);
    for (const value of values) seen.add(value);
  });
}

type Tell = (key: string, message: string, hint: string) => void;

function expand(host: RawHost, tell: Tell): HostConfig[] {
  const names = spread(host.name);
  if (names === null) {
    tell("name", `\`${host.name}\` is not a range`, `from small to large, at most ${most} hosts: compute[1-20]`);
    return [];
  }
  const addresses = column("address", host.address, { host, count: names.length, tell });
  const bgp = (host.bgp ?? []).map((pattern) => column("bgp", pattern, { host, count: names.length, tell }));
  if (addresses === null || bgp.includes(null)) return [];
  return names.map((name, i) => {
    const address = addresses[i] ?? "";
    const { role, maintenance, peers, ssh, rack } = host;
    const sessions = [address, ...bgp.flatMap((values) => values?.[i] ?? [])];
    const plain = { name, address, bgp: [...new Set(sessions)], role, maintenance, peers, ssh, felix: host.felix ?? role === "compute" };
    return rack === undefined ? plain : { ...plain, rack };
  });
}

/** One address for each host of a range; null when they are not as many, or not addresses. */
function column(key: string, pattern: string, { host, count, tell }: { host: RawHost; count: number; tell: Tell }): string[] | null {
  const values = spread(pattern);
  if (values === null || values.length !== count) {
    tell(
      key,
      `\`${host.name}\` and \`${pattern}\` are not ranges of the same length`,
      `${count} address${count === 1 ? " is" : "es are"} wanted`,
    );
    return null;
  }
  const wrong = values.find((value) => isIP(value) === 0);
  if (wrong === undefined) return values;
  tell(key, `\`${wrong}\` is not an IP address`, "10.0.0.1, fd00::1, or a range 10.0.0.[1-20]");
  return null;
}

const range = /\[(\d{1,9})-(\d{1,9})\]/;
const most = 5000;

/** The words of a pattern; null when its range is empty or too long. */
function spread(pattern: string): string[] | null {
  const match = range.exec(pattern);
  if (!match) return [pattern];
  const [, first = "", last = ""] = match;
  const [from, to] = [Number(first), Number(last)];
  if (to < from || to - from >= most) return null;
  const width = first.startsWith("0") ? first.length : 0;
  return Array.from({ length: to - from + 1 }, (_, i) => pattern.replace(range, String(from + i).padStart(width, "0")));
}
