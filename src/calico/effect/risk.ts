import { protocols } from "../verdict/protocol.js";
import { members } from "./bits.js";
import type { Block } from "./groups.js";
import { special } from "./mentioned.js";
import type { Named } from "./naming.js";
import type { Parties, Party } from "./parties.js";
import { atPort } from "./service-line.js";

/** Why a change deserves a second look, and how much: higher is worse. */
export interface Risk {
  text: string;
  weight: number;
}

/** What a block opens or cuts that people depend on. */
export function risksOf(parties: Parties, block: Block, { from, to }: { from: Named; to: Named }): Risk[] {
  if (block.kind === "gained") return opened(from, to);
  if (block.kind === "uncertain") return [];
  const ends = { from: partiesIn(parties, block.from), to: partiesIn(parties, block.to) };
  return cuts.flatMap(({ text, weight, services, counts }) =>
    services.some(([at = -1]) => holds(block, at)) && counts(ends) ? { text, weight } : [],
  );
}

const partiesIn = ({ all }: Parties, bits: Block["from"]): Party[] => [...members(bits)].flatMap((index) => all[index] ?? []);

function opened(from: Named, to: Named): Risk[] {
  const worlds = ["0.0.0.0/0", "::/0"].filter((whole) => from.nets.some((net) => net.startsWith(whole)));
  return to.endpoints > 0 ? worlds.map((world) => ({ text: `opens to ${world}`, weight: 90 })) : [];
}

interface Ends {
  from: readonly Party[];
  to: readonly Party[];
}

const isHost = ({ sides }: Party): boolean => sides[0].kind?.kind === "host";
const isVm = ({ sides }: Party): boolean => sides[0].kind?.kind === "workload";
/** Between hosts, or with what is outside: what VMs send to hosts keeps no host alive. */
const betweenHosts = ({ from, to }: Ends): boolean =>
  from.some((party) => !isVm(party)) && to.some((party) => !isVm(party)) && [...from, ...to].some(isHost);
const tcp = (port: number): readonly number[] => atPort(protocols.tcp, port);

const cuts: readonly { text: string; weight: number; services: readonly (readonly number[])[]; counts: (ends: Ends) => boolean }[] = [
  { text: "cuts BGP", weight: 100, services: [tcp(179)], counts: betweenHosts },
  { text: "cuts etcd", weight: 100, services: [tcp(2379), tcp(2380)], counts: betweenHosts },
  { text: "cuts SSH", weight: 80, services: [tcp(22)], counts: ({ to }) => to.some(({ sides }) => sides[0].kind !== null) },
  { text: "cuts DNS", weight: 70, services: [tcp(53), atPort(protocols.udp, 53)], counts: () => true },
  {
    text: "cuts metadata",
    weight: 70,
    services: [tcp(80)],
    counts: ({ to }) => to.some(({ nets }) => nets.includes(special.metadata.text)),
  },
];

const holds = ({ services: { spans } }: Block, at: number): boolean =>
  spans.some((first, i) => i % 2 === 0 && first <= at && at <= (spans[i + 1] ?? first));

/** For sorting: risks first, then lost before uncertain before gained, then how many endpoints are concerned. */
export function weightOf({ kind, risks, from, to }: { kind: Block["kind"]; risks: readonly Risk[]; from: Named; to: Named }): number {
  const worst = Math.max(0, ...risks.map(({ weight }) => weight));
  const order = { lost: 2, uncertain: 1, gained: 0 }[kind];
  return worst * 1e9 + order * 1e8 + Math.min(1e8 - 1, (from.endpoints + 1) * (to.endpoints + 1));
}
