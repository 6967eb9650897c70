import type { Cidr } from "../cidr.js";
import { isOwnHost, nothingKnown, openedBefore, type Surroundings } from "./before-policy.js";
import { bare, type Connection } from "./connection.js";
import type { Endpoint } from "./endpoint.js";
import { failsafesOf } from "./failsafe.js";
import { forwardingIn } from "./forwarding.js";
import { judge, type Verdict } from "./judge.js";
import type { Packet } from "./match.js";
import type { Model } from "./model.js";

/** What becomes of a connection from end to end; null = that end is no endpoint, so nothing is judged there. */
export interface EndToEnd {
  egress: Verdict | null;
  ingress: Verdict | null;
  allowed: boolean;
  doubts: string[];
}

/** Judges a connection at both ends. Each is taken to be a new one: established ones go on whatever the policies say. */
export function between(model: Model, connection: Connection, around: Surroundings = nothingKnown): EndToEnd {
  const from = located(model, connection.src);
  const to = located(model, connection.dst);
  const inside: Connection = { ...connection, src: from.address, dst: to.address };
  // A floating address becomes the VM's on the VM's host: a source elsewhere still sees the floating one.
  const sameHost = from.endpoint !== null && from.endpoint.node === to.endpoint?.node;
  const leaving = sameHost ? inside : { ...inside, dst: connection.dst };
  const egress = from.endpoint && atEnd(model, from.endpoint, { connection: leaving, direction: "egress", around, sameHost });
  const ingress = to.endpoint && atEnd(model, to.endpoint, { connection: inside, direction: "ingress", around, sameHost });
  const ambiguous = [from, to].flatMap(({ others, address }) =>
    others === 0 ? [] : [`${others + 1} endpoints have ${bare(address)}, and one of them is judged`],
  );
  const unknown = model.incomplete !== null && (from.endpoint === null || to.endpoint === null) ? [model.incomplete] : [];
  const doubts = [...model.everywhere, ...ambiguous, ...unknown, ...(egress?.doubts ?? []), ...(ingress?.doubts ?? [])];
  return { egress, ingress, allowed: egress?.verdict !== "deny" && ingress?.verdict !== "deny", doubts: [...new Set(doubts)] };
}

/** Whose address it is, and which of its own a floating one leads to. */
export interface Located {
  endpoint: Endpoint | null;
  address: Cidr;
  /** How many more endpoints have it just so. */
  others: number;
}

/** An endpoint's own address comes before a floating one, a whole one before a prefix that is only allowed to it. */
export function located(model: Model, address: Cidr): Located {
  const own = model.at.at(address);
  const [first] = own;
  if (first) {
    const same = new Set(own.filter(({ cidr }) => cidr.bits === first.cidr.bits).map(({ of }) => of));
    return { endpoint: first.of, address, others: same.size - 1 };
  }
  const [floating, ...more] = model.floatingAt.at(address);
  return floating
    ? { endpoint: floating.of.endpoint, address: floating.of.internal, others: more.length }
    : { endpoint: null, address, others: 0 };
}

interface AtEnd {
  connection: Connection;
  direction: "ingress" | "egress";
  around: Surroundings;
  /** Both ends are on one host: nothing is forwarded. */
  sameHost: boolean;
}

function atEnd(model: Model, endpoint: Endpoint, { connection, direction, around, sameHost }: AtEnd): Verdict {
  const open = openedBefore(model, endpoint, { connection, direction, around });
  if (open) return { endpoint: endpoint.id, verdict: "allow", trace: [open], doubts: [] };
  const found = judge(model, endpoint, { direction, packet: packetOf(model, connection) });
  const toHost = direction === "egress" && endpoint.kind === "workload" ? atHost(endpoint, found, { connection, around }) : [];
  const forwards = endpoint.kind === "workload" && found.verdict === "allow" && !sameHost && toHost.length === 0;
  const forwarded = forwards ? (forwardingIn(model).get(endpoint.node)?.[direction] ?? null) : null;
  const more = forwarded === null ? toHost : [forwarded];
  const unread = endpoint.kind === "host" && failsafesOf(endpoint.node, model.felix) === null ? ["failsafe ports cannot be read"] : [];
  return { ...found, doubts: [...found.doubts, ...more, ...unread] };
}

/** What a VM may send to its host by policy is then subject to the host's own configuration. */
function atHost(
  endpoint: Endpoint,
  { verdict }: Verdict,
  { connection, around }: { connection: Connection; around: Surroundings },
): string[] {
  if (verdict === "deny" || !isOwnHost(endpoint, connection.dst, around)) return [];
  return [`${bare(connection.dst)} is the host of ${endpoint.id}: defaultEndpointToHostAction decides there`];
}

function packetOf(model: Model, connection: Connection): Packet {
  const of = (address: Cidr) => model.owners.at(address).map((entry) => entry.of);
  return { connection, source: of(connection.src), destination: of(connection.dst), incomplete: model.incomplete };
}
