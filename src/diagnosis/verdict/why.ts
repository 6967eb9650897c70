import { z } from "zod";
import { type Cidr, parseCidr } from "../../calico/cidr.js";
import type { Steps } from "../../calico/steps.js";
import { parseService, type Service } from "../../calico/verdict/ask.js";
import type { Surroundings } from "../../calico/verdict/before-policy.js";
import { between, type EndToEnd } from "../../calico/verdict/between.js";
import { bare, service } from "../../calico/verdict/connection.js";
import type { Verdict } from "../../calico/verdict/judge.js";
import type { Model } from "../../calico/verdict/model.js";
import type { Host } from "../../cluster/inventory.js";
import { fail } from "../../contract/failure.js";
import type { Ground } from "../evaluate/ground.js";
import { type Place, pairs, placeOf } from "./place.js";
import { nameOf, reasonOf } from "./reason.js";

const Row = z.object({
  direction: z.enum(["egress", "ingress"]),
  tier: z.string(),
  policy: z.string(),
  rule: z.number(),
  action: z.string(),
});
const End = z.object({ endpoint: z.string(), verdict: z.enum(["allow", "deny"]), reason: z.string(), trace: z.array(Row) });

/** Whether one may talk to another, and what decides. */
export const WhyAnswer = z.object({
  shape: z.literal("pair"),
  cluster: z.string(),
  revision: z.number(),
  at: z.number(),
  from: z.string(),
  to: z.string(),
  service: z.string(),
  src: z.string(),
  dst: z.string(),
  /** Null = that end is no endpoint of Calico. */
  egress: End.nullable(),
  ingress: End.nullable(),
  allowed: z.boolean(),
  doubts: z.array(z.string()),
  /** Where a range stands for an end: how many of its parts, and how many of them are allowed. */
  parts: z.object({ all: z.number(), allowed: z.number(), whole: z.boolean() }).nullable(),
  /** The answer if staged policies were in force; null = there are none. */
  staged: z.boolean().nullable(),
  troubles: z.array(z.string()),
});
export type WhyAnswer = z.infer<typeof WhyAnswer>;
type End = z.infer<typeof End>;

/** What is asked, in the asker's words. */
export interface Question {
  from: string;
  to: string;
  asked: Service;
}

/** What a word asks for: `5432`, `udp/53`, `icmp`. Throws `usage`. */
export function askedService(word: string): Service {
  const asked = parseService(word);
  if (asked !== null) return asked;
  throw fail("usage", `\`${word.slice(0, 40)}\` is no port or protocol`, { hint: "write `5432`, `udp/53` or `icmp`" });
}

/** What is known besides the snapshot that is asked about. */
export interface Asking {
  cluster: string;
  hosts: readonly Pick<Host, "name" | "address" | "bgp">[];
  near(word: string, known: Iterable<string>): string | null;
}

/** A snapshot ready for many questions. */
export interface Compiled extends Asking {
  revision: number;
  at: number;
  model: Model;
  /** As if staged policies were in force; null = there are none. */
  staged: Model | null;
}

export function* compiledSteps(ground: Ground, asking: Asking): Steps<Compiled> {
  const { revision, at } = ground;
  return { ...asking, revision, at, model: yield* ground.model(), staged: yield* ground.staged() };
}

/** Answers one question. A range is judged part by part; what is shown in full is the first part that is dropped, or else the first. */
export function whyOf({ cluster, hosts, model, staged, revision, at, near }: Compiled, { from, to, asked }: Question): WhyAnswer {
  const [source, target] = [placeOf(model, from, near), placeOf(model, to, near)];
  const around = surroundings(hosts);
  const judge = (of: Model, { src, dst }: { src: Cidr; dst: Cidr }): EndToEnd =>
    between(of, { ...asked, protocol: icmpOf(asked.protocol, src), src, dst, srcPort: null, icmp: asked.icmp }, around);
  const all = pairs(source, target).map((pair) => ({ pair, found: judge(model, pair) }));
  const shown = all.find(({ found }) => !found.allowed) ?? all[0];
  if (shown === undefined)
    throw fail("usage", `${source.name} and ${target.name} have no addresses of one family`, { hint: "give addresses" });
  const { pair, found } = shown;
  const said = { model, service: service(asked) };
  return {
    shape: "pair",
    cluster,
    revision,
    at,
    from: source.name,
    to: target.name,
    service: said.service,
    src: bare(pair.src),
    dst: bare(pair.dst),
    egress: found.egress && endOf(found.egress, { ...said, direction: "egress", peer: target.name }),
    ingress: found.ingress && endOf(found.ingress, { ...said, direction: "ingress", peer: source.name }),
    allowed: found.allowed,
    doubts: [...new Set(all.flatMap((one) => one.found.doubts))],
    parts: source.range || target.range ? partsOf(all, [source, target]) : null,
    staged: staged === null ? null : judge(staged, pair).allowed,
    troubles: model.troubles.map(({ text }) => text).slice(0, 20),
  };
}

/** ICMP of IPv6 is another protocol, with another number for its echo request. */
const icmpOf = (protocol: number, { family }: Cidr): number => (protocol === 1 && family === 6 ? 58 : protocol);

function partsOf(all: readonly { found: EndToEnd }[], ends: readonly Place[]): WhyAnswer["parts"] {
  return { all: all.length, allowed: all.filter(({ found }) => found.allowed).length, whole: ends.every(({ whole }) => whole) };
}

function surroundings(hosts: Asking["hosts"]): Surroundings {
  const known = new Map(hosts.map(({ name, bgp, address }) => [name, [...bgp, address].flatMap((one) => parseCidr(one) ?? [])]));
  return { addressesOf: (node) => known.get(node) ?? [] };
}

function endOf(of: Verdict, { model, ...about }: { model: Model; service: string; peer: string; direction: "ingress" | "egress" }): End {
  const endpoint = model.endpoints.find(({ id }) => id === of.endpoint);
  const trace = of.trace.map((step) => ({
    direction: about.direction,
    tier: step.tier ?? "-",
    policy: step.name === "__PROFILE__" ? "no profile" : nameOf(step, endpoint ?? { labels: {} }),
    rule: step.rule,
    action: step.action,
  }));
  return { endpoint: of.endpoint, verdict: of.verdict, reason: reasonOf(model, of, about), trace };
}
