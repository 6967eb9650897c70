import { securityGroupOf } from "../names.js";
import { vmLabels } from "../resource.js";
import { atOnce, type Steps } from "../steps.js";
import type { EndToEnd } from "../verdict/between.js";
import { bare, service as serviceText } from "../verdict/connection.js";
import { protocolName } from "../verdict/protocol.js";
import type { Step } from "../verdict/trace.js";
import type { Effect } from "./effect.js";
import { type Block, withoutSelf } from "./groups.js";
import { type Named, namer } from "./naming.js";
import { type Risk, risksOf, weightOf } from "./risk.js";
import { servicesText } from "./service-line.js";
import { type Witness, witnessOf } from "./witness.js";

/** Connections of some endpoints to others that a change allows, drops or leaves open, in words. */
export interface Change {
  kind: Block["kind"];
  from: Named;
  to: Named;
  services: string;
  risks: readonly Risk[];
  /** Why it is uncertain. */
  reasons: readonly string[];
  witness: Shown;
}

/** One connection that shows it, with the rules that decide. */
export interface Shown {
  src: string;
  dst: string;
  protocol: string;
  dstPort: number | null;
  before: string;
  after: string;
}

/** All that an effect changes, the riskiest first. Blocks in which nothing can be shown to change are none. */
export const changesOf = (effect: Effect): Change[] => atOnce(changeSteps(effect));

/** The same in steps. */
export function* changeSteps(effect: Effect): Steps<Change[]> {
  const named = namer(effect.parties);
  const calling = caller(effect.parties);
  const found: Change[] = [];
  for (const whole of effect.blocks) {
    yield;
    const block = withoutSelf(effect.parties, whole);
    const witness = block && witnessOf(effect, block);
    if (block === null || witness === null) continue;
    const [from, to] = [named(block.from), named(block.to)];
    found.push({
      kind: block.kind,
      from,
      to,
      services: servicesText(block.services.spans),
      risks: risksOf(effect.parties, block, { from, to }),
      reasons: block.reasons,
      witness: shown(witness, calling),
    });
  }
  return found.toSorted((a, b) => weightOf(b) - weightOf(a));
}

function shown({ src, dst, service, before, after }: Witness, calling: Calling): Shown {
  return {
    src: bare(src),
    dst: bare(dst),
    protocol: service.icmp === null ? protocolName(service.protocol) : serviceText(service),
    dstPort: service.dstPort,
    before: decided(before, calling),
    after: decided(after, calling),
  };
}

/** `dropped at the destination by NetworkPolicy openstack/web end of tier default`. */
export function decided({ egress, ingress, allowed }: EndToEnd, calling: Calling): string {
  const denying = egress?.verdict === "deny" ? egress : ingress?.verdict === "deny" ? ingress : null;
  if (allowed)
    return `allowed by ${[egress, ingress].flatMap((end) => stepText(end?.trace.at(-1), calling) ?? []).join(" and ") || "no policy"}`;
  const end = denying === egress ? "source" : "destination";
  return `dropped at the ${end} by ${stepText(denying?.trace.at(-1), calling) ?? "its profiles"}`;
}

export function stepText(step: Step | undefined, calling: Calling): string | null {
  if (step === undefined) return null;
  const { kind, tier, name, rule } = step;
  if (name === "__PROFILE__") return "having no profile";
  const called = calling(step);
  if (rule >= 0) return `${called} rule ${rule}`;
  return kind === "Felix" ? name : `the end of tier ${tier} (first policy ${called})`;
}

/** A policy as people know it. */
export type Calling = (step: Step) => string;

/** Security groups by the names that endpoints carry, everything else by kind and name. */
export function caller(parties: Effect["parties"]): Calling {
  const names = groupNames(parties);
  return ({ kind, namespace, name }) => {
    const group = securityGroupOf(name);
    if (group !== null) return `security group "${names.get(group) ?? group}"`;
    return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
  };
}

const kept = new WeakMap<Effect["parties"], ReadonlyMap<string, string>>();

/** What security groups are called, by their ids: as the first endpoint has it that carries one. */
function groupNames(parties: Effect["parties"]): ReadonlyMap<string, string> {
  const known = kept.get(parties);
  if (known !== undefined) return known;
  const found = new Map<string, string>();
  for (const {
    members: [one],
  } of parties.all)
    for (const [label, name] of Object.entries(one?.endpoint.labels ?? {})) {
      const id = label.startsWith(vmLabels.groupPrefix) ? label.slice(vmLabels.groupPrefix.length) : null;
      if (id !== null && !found.has(id)) found.set(id, name);
    }
  kept.set(parties, found);
  return found;
}

/** Endpoints that only one of the snapshots has; what connects them is not compared. */
export function endpointChanges({ appeared, vanished }: Effect["parties"]): { kind: "appeared" | "vanished"; endpoint: string }[] {
  return [
    ...appeared.map(({ id }) => ({ kind: "appeared" as const, endpoint: id })),
    ...vanished.map(({ id }) => ({ kind: "vanished" as const, endpoint: id })),
  ];
}

const signs = { gained: "+", lost: "-", uncertain: "?" } as const;

/** A change as lines of text: what, then the witness and the rules. */
export function changeLines({ kind, from, to, services, risks, reasons, witness }: Change): string[] {
  const { src, dst, protocol, dstPort, before, after } = witness;
  const port = dstPort === null ? "" : `/${dstPort}`;
  return [
    `${signs[kind]} ${from.text} -> ${to.text}: ${services}${risks.length > 0 ? ` [${risks.map(({ text }) => text).join("; ")}]` : ""}`,
    ...(reasons.length > 0 ? [`    uncertain: ${reasons.slice(0, 3).join("; ")}`] : []),
    `    e.g. ${src} -> ${dst} ${protocol}${port}: ${before}; then ${after}`,
  ];
}
