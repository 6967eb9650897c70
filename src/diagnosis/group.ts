import { type Cause, heaviest, hostsAndVms, many, sinceOf } from "./cause.js";
import type { Facts } from "./facts.js";
import { type Draft, finding } from "./finding.js";
import { groupLinks } from "./group-links.js";
import { list } from "./say.js";

/** More racks than this are not told one by one. */
const mostRacks = 4;

/** Says many things of one kind as one: sessions by their far end, hosts by their rack. A dead rack is a line, not forty. */
export function grouped(causes: readonly Cause[], facts: Facts): Cause[] {
  const linked = groupLinks(causes, facts);
  const kinds = new Map<string, Cause[]>();
  const single: Cause[] = [];
  for (const cause of linked) {
    const { alike, light, hosts, id } = cause.root;
    if (alike === undefined || hosts.length === 0) single.push(cause);
    else add(kinds, `${id.slice(0, id.indexOf(":"))} ${light} ${alike}`, cause);
  }
  return [...single, ...[...kinds.values()].flatMap((alike) => byRack(alike, facts))];
}

function add<K>(map: Map<K, Cause[]>, key: K, cause: Cause): void {
  const known = map.get(key);
  if (known) known.push(cause);
  else map.set(key, [cause]);
}

function byRack(alike: readonly Cause[], facts: Facts): Cause[] {
  if (alike.length < many) return [...alike];
  const rackOf = new Map(facts.hosts.map((host) => [host.name, host.rack]));
  const racks = new Map<string | undefined, Cause[]>();
  for (const cause of alike) add(racks, rackOf.get(cause.root.hosts[0] ?? ""), cause);
  const big = [...racks].filter(([rack, of]) => rack !== undefined && of.length >= many);
  if (big.length === 0 || racks.size > mostRacks) return [together(alike, facts, undefined)];
  const rest = alike.filter((cause) => !big.some(([, of]) => of.includes(cause)));
  return [...big.map(([rack, of]) => together(of, facts, rack)), ...(rest.length >= many ? [together(rest, facts, undefined)] : rest)];
}

function together(of: readonly Cause[], facts: Facts, rack: string | undefined): Cause {
  const names = of.map(({ root }) => root.hosts[0] ?? "");
  const [first] = of as [Cause];
  const effects = of.flatMap((cause) => cause.effects);
  const [kind] = first.root.id.split(":");
  const root = finding({
    id: `${kind}s:${rack ?? names.join("~")}`,
    light: first.root.light,
    text: `${wording(first.root, { names, facts, rack })}${sinceOf([...of.map(({ root: one }) => one), ...effects], facts.at)}`,
    detail: [list(names, 8), `for example ${first.root.text}${first.root.detail[0] === undefined ? "" : `: ${first.root.detail[0]}`}`],
    hosts: names,
    weight: Math.min(
      heaviest,
      of.reduce((sum, cause) => sum + cause.root.weight, 0),
    ),
  });
  return { root, effects };
}

interface Many {
  names: readonly string[];
  facts: Facts;
  rack: string | undefined;
}

function wording({ id, alike = "" }: Draft, { names, facts, rack }: Many): string {
  const size = hostsAndVms(names, facts);
  if (rack === undefined) return `${size} ${alike}: ${list(names, 3)}`;
  const mates = facts.hosts.filter((host) => host.rack === rack && host.ssh && !host.maintenance).length;
  if (names.length < mates) return `rack ${rack}: ${size} (of ${mates}) ${alike}`;
  return id.startsWith("host:") ? `rack ${rack} cut off: ${size} ${alike}` : `rack ${rack}: ${size} ${alike}`;
}
