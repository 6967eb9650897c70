import { z } from "zod";
import type { Answer } from "../cluster/ask.js";
import type { BgpSession } from "../cluster/bird.js";
import type { NodeStatus } from "../cluster/calicoctl.js";
import { hintOf } from "../contract/failure.js";
import { besideBirdc } from "./beside-birdc.js";
import { bird } from "./checks/bird.js";
import { hosts } from "./checks/hosts.js";
import { sessions } from "./checks/sessions.js";
import { correlate } from "./correlate.js";
import type { Facts } from "./facts.js";
import { Finding, sorted } from "./finding.js";
import { isUp, type Link, linksOf, reasonOf } from "./links.js";
import { concerns, type Narrowing } from "./narrowing.js";

const End = z.object({
  host: z.string(),
  /** Null = this end was not read, or has no such protocol. */
  protocol: z.string().nullable(),
  state: z.string().nullable(),
  since: z.string().nullable(),
  imported: z.number().nullable(),
  exported: z.number().nullable(),
  lastError: z.string().nullable(),
});

const LinkRow = z.object({ a: End, b: End, family: z.number(), up: z.boolean(), reason: z.string().nullable() });
export type LinkRow = z.infer<typeof LinkRow>;

/** BGP of a cluster or of one node: both ends of every session side by side. */
export const BgpAnswer = z.object({
  cluster: z.string(),
  node: z.string().nullable(),
  /** The one far end that was asked for. */
  peer: z.string().nullable(),
  at: z.number(),
  links: z.array(LinkRow),
  findings: z.array(Finding),
  /** Hosts at an end of these sessions that did not answer: what they would say is not known. */
  unread: z.array(z.string()),
  /** What `calicoctl node status` says on the node, beside birdc; null = not asked. */
  calicoctl: z
    .object({
      /** Its own words instead of a table, or why it gave no answer. */
      remark: z.string().nullable(),
      peers: z.array(z.object({ address: z.string(), type: z.string(), state: z.string(), since: z.string(), info: z.string() })),
      /** Where it differs from birdc on the same host, and why; empty = it shows the same, or one of the two is missing. */
      differs: z.array(z.string()),
    })
    .nullable(),
});
export type BgpAnswer = z.infer<typeof BgpAnswer>;

/** Narrows the facts to what concerns BGP, and to one node and one far end if asked. */
export function bgpAnswer(facts: Facts, only: Narrowing, calicoctl: Answer<NodeStatus> | null): BgpAnswer {
  const { node, peer } = only;
  const links = linksOf(facts).filter((link) => [node, peer].every((end) => end === null || link.ends.includes(end)));
  const ends = new Set(links.flatMap((link) => link.ends));
  const silent = new Set(links.flatMap((link) => link.ends.filter((_, i) => !link.read[i])));
  const drafts = [...hosts(facts), ...bird(facts), ...sessions(facts)].filter((one) => concerns(one, only, ends));
  const found = sorted(correlate(drafts, facts));
  return {
    cluster: facts.cluster,
    node,
    peer,
    at: facts.at,
    links: links.toSorted((a, b) => Number(isUp(a)) - Number(isUp(b)) || byEnds(a, b)).map(row),
    findings: found.filter((finding) => node === null || finding.hosts.includes(node)),
    unread: [...facts.birds.keys()].filter((host) => silent.has(host)),
    calicoctl: calicoctl && shownStatus(facts, node, calicoctl),
  };
}

const byEnds = (a: Link, b: Link): number => a.ends.join().localeCompare(b.ends.join(), "en", { numeric: true });

function row(link: Link): LinkRow {
  const a = end(link.ends[0], link.sessions[0], link.read[0]);
  const b = end(link.ends[1], link.sessions[1], link.read[1]);
  const up = isUp(link);
  return { a, b, family: link.family, up, reason: up ? null : reasonOf(link) };
}

function end(host: string, session: BgpSession | null, read: boolean): LinkRow["a"] {
  if (!session)
    return { host, protocol: null, state: read ? "no such session" : null, since: null, imported: null, exported: null, lastError: null };
  const { protocol, since, imported, exported, lastError } = session;
  return { host, protocol, state: session.disabled ? "disabled" : (session.bgp ?? session.state), since, imported, exported, lastError };
}

function shownStatus(facts: Facts, node: string | null, status: Answer<NodeStatus>): BgpAnswer["calicoctl"] {
  if (!status.ok) return { remark: `${status.failure.message} (${hintOf(status.failure)})`, peers: [], differs: [] };
  const host = facts.hosts.find(({ name }) => name === node);
  const reading = facts.birds.get(node ?? "");
  const differs = host && reading?.ok ? besideBirdc(host, reading.value, status.value) : [];
  return { remark: status.value.remark, peers: status.value.peers, differs };
}
