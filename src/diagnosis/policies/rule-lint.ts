import { type Direction, forWorkloads } from "../../calico/policy/policy.js";
import { labelsIn } from "../../calico/selector/evaluate.js";
import { printSelector } from "../../calico/selector/print.js";
import type { CompiledPolicy } from "../../calico/verdict/compiled.js";
import type { Endpoint } from "../../calico/verdict/endpoint.js";
import type { Entity } from "../../calico/verdict/entity.js";
import { type Hits, hitsOf } from "../../calico/verdict/hits.js";
import { type Idle, idleRule, idleText, isUngoverned } from "../../calico/verdict/idle-rule.js";
import type { Model } from "../../calico/verdict/model.js";
import type { Rule } from "../../calico/verdict/rule.js";
import { type Finding, finding } from "../finding.js";
import { list } from "../say.js";
import { called, findingId } from "./selected.js";

/** Findings about rules of one policy that are told one by one. */
const mostTold = 10;

/** What is wrong with single rules of a policy: never matching, of no effect, about nothing. */
export function ruleFindings(model: Model, one: CompiledPolicy): Finding[] {
  const found = (["ingress", "egress"] as const).flatMap((direction) => {
    const rules = one.rules[direction];
    if (isUngoverned(one, direction)) return [ungoverned(one, direction)];
    return rules.flatMap((rule, i) => ofRule(model, one, { rule, i, rules, direction }));
  });
  if (found.length <= mostTold) return found;
  const more = `${called(one.policy)} has ${found.length - mostTold} more rules to look at`;
  return [...found.slice(0, mostTold), finding({ id: findingId(one.policy), light: "warn", text: more, detail: ["fix: these first"] })];
}

function ungoverned({ policy }: CompiledPolicy, direction: Direction): Finding {
  const type = direction === "ingress" ? "Ingress" : "Egress";
  const text = `${called(policy)} has ${direction} rules, and its types leave out ${direction}: they are never evaluated`;
  return finding({
    id: findingId(policy),
    light: "warn",
    text,
    detail: [`fix: add ${type} to its types, or remove the rules`],
    weight: 15,
  });
}

interface Place {
  rule: Rule;
  i: number;
  rules: readonly Rule[];
  direction: Direction;
}

function ofRule(model: Model, one: CompiledPolicy, place: Place): Finding[] {
  const { rule, i, direction } = place;
  const say = (text: string, detail: string[], weight: number): Finding =>
    finding({ id: findingId(one.policy), light: "warn", text: `${called(one.policy)} ${direction} rule ${i} ${text}`, detail, weight });
  const idle = idleRule(model, place.rules, i);
  if (idle !== null) return [say(idleText(idle), detailOf(model, idle, rule), weights[idle.kind])];
  const ends = [["source", rule.source] as const, ["destination", rule.destination] as const];
  return ends.flatMap(([side, entity]) => {
    const hits = entity.selector === null ? null : hitsOf(model, entity);
    const without = namelessPorts(entity, havingPorts(model, one, { side, direction, hits }));
    const detail = ["VMs of OpenStack never have named ports", "fix: write the port's number"];
    return without.length === 0 ? [] : [say(`names a ${side} port that no endpoint has: \`${list(without, 3)}\``, detail, 14)];
  });
}

const weights: Readonly<Record<Idle["kind"], number>> = { never: 25, shadowed: 30, repeated: 5, unmet: 12 };

function detailOf(model: Model, idle: Idle, rule: Rule): string[] {
  if (idle.kind === "never") return [idle.why, "fix: remove it, or what it excludes"];
  if (idle.kind === "repeated") return [`both ${rule.action}`, "fix: remove it"];
  if (idle.kind === "unmet") return idleEnd(model, rule[idle.side]);
  return [`rule ${idle.by} is ${idle.rule.action}, this one is ${rule.action}`, "fix: move it before that one"];
}

function idleEnd({ index, networkSets }: Model, { selector }: Entity): string[] {
  if (selector === null) return [];
  const carried = (label: string): boolean => index.carries(label) || networkSets.some(({ owner }) => Object.hasOwn(owner.labels, label));
  const unknown = [...new Set(labelsIn(selector))].filter((label) => !carried(label));
  const why = unknown.length > 0 ? [`nothing carries the label ${list(unknown, 3)}`] : [];
  return [`selector: ${printSelector(selector)}`, ...why, "fix: a typo, or give the label to what is meant"];
}

interface End {
  side: "source" | "destination";
  direction: Direction;
  hits: Hits | null;
}

/** Whose ports an end is about: of those that the policy selects at their own end, else of those that the rule hits. */
function havingPorts(model: Model, { policy, choice }: CompiledPolicy, { side, direction, hits }: End): readonly Endpoint[] {
  if ((side === "destination") !== (direction === "ingress")) return hits?.endpoints ?? model.endpoints;
  if (!choice.ok) return [];
  return model.index
    .select(choice.selector)
    .filter(({ labels, kind }) => choice.selects(labels) && (kind === "host" || forWorkloads(policy)));
}

function namelessPorts({ ports }: Entity, endpoints: readonly Endpoint[]): string[] {
  const names = ports?.flatMap((spec) => ("name" in spec ? [spec.name] : [])) ?? [];
  return names.filter((name) => !endpoints.some((endpoint) => endpoint.ports.some((port) => port.name === name)));
}
