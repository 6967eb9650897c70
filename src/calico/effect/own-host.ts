import { protocols } from "../verdict/protocol.js";
import { type Bits, bitsOf } from "./bits.js";
import { special } from "./mentioned.js";
import type { Parties, Party } from "./parties.js";
import { atPort } from "./service-line.js";

/** A party at which the hosts of some endpoints are found, as these see them. */
export interface OwnHost {
  guests: Bits;
  /** What it answers VMs of OpenStack whatever the policies say. */
  answers: readonly (readonly number[])[];
}

const kept = new WeakMap<Parties, ReadonlyMap<number, OwnHost[]>>();

/** By the number of the party at which hosts are found. */
export function ownHosts(parties: Parties): ReadonlyMap<number, OwnHost[]> {
  const found = kept.get(parties) ?? find(parties.all);
  kept.set(parties, found);
  return found;
}

function find(all: readonly Party[]): Map<number, OwnHost[]> {
  const guestsOf = new Map<string, Party[]>();
  for (const party of all)
    for (const net of hostsOf(party)) {
      const there = guestsOf.get(net);
      if (there) there.push(party);
      else guestsOf.set(net, [party]);
    }
  const found = new Map<number, OwnHost[]>();
  for (const party of all) {
    const guests = [...new Set(party.nets.flatMap((net) => guestsOf.get(net) ?? []))];
    if (guests.length === 0) continue;
    const of = (openstack: boolean): OwnHost => ({
      guests: bitsOf(
        all.length,
        guests.flatMap(({ sides, index }) => (sides[0].kind?.openstack === openstack ? index : [])),
      ),
      answers: openstack ? answersOf(party) : [],
    });
    found.set(party.index, [of(true), of(false)]);
  }
  return found;
}

/** Where workloads meet their own host. */
function hostsOf({ leadsTo, sides: [{ kind }] }: Party): string[] {
  return leadsTo === null && kind?.kind === "workload" ? [special.metadata.text, ...kind.gateways] : [];
}

const answersOf = ({ family, nets }: Party): (readonly number[])[] => [
  atPort(protocols.udp, 53),
  atPort(protocols.udp, family === 4 ? 67 : 547),
  ...(nets.includes(special.metadata.text) ? [atPort(protocols.tcp, 80)] : []),
];
