import { type Direction, forWorkloads, governs } from "../../calico/policy/policy.js";
import { labelsIn } from "../../calico/selector/evaluate.js";
import { printSelector } from "../../calico/selector/print.js";
import type { CompiledPolicy } from "../../calico/verdict/compiled.js";
import { contradiction } from "../../calico/verdict/contradiction.js";
import { covers } from "../../calico/verdict/covers.js";
import type { Endpoint } from "../../calico/verdict/endpoint.js";
import type { Entity } from "../../calico/verdict/entity.js";
import type { Model } from "../../calico/verdict/model.js";
import type { Rule } from "../../calico/verdict/rule.js";
import { type Finding, finding } from "../finding.js";
import { list } from "../say.js";
import { type Hits, hitsOf } from "./hits.js";
import { called, findingId } from "./selected.js";

/** Findings about rules of one policy that are told one by one. */
const mostTold = 10;
/** Rules of a direction that are held against each other; a person's policy has a few. */
const mostCompared = 400;

/** What is wrong with single rules of a policy: never matching, of no effect, about nothing. */
export function ruleFindings(model: Model, one: CompiledPolicy): Finding[] {
  const found = (["ingress", "egress"] as const).flatMap((direction) => {
    const rules = one.rules[direction];
    if (rules.length === 0) return [];
    if (!governs(one.policy, direction)) return [ungoverned(one, direction)];
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
  const impossible = contradiction(rule);
  if (impossible !== null) return [say("can never match", [impossible, "fix: remove it, or what it excludes"], 25)];
  const before = coveredBy(place);
  if (before !== null) {
    const { action } = before.rule;
    return action === rule.action
      ? [say(`adds nothing: rule ${before.i} is wider and does the same`, [`both ${action}`, "fix: remove it"], 5)]
      : [say(`never takes effect: rule ${before.i} comes first and is wider`, [shadow(before, place), "fix: move it before that one"], 30)];
  }
  const ends = [["source", rule.source] as const, ["destination", rule.destination] as const];
  return ends.flatMap(([side, entity]) => {
    const hits = entity.selector === null ? null : hitsOf(model, entity);
    if (entity.selector !== null && hits?.endpoints.length === 0 && hits.sets.length === 0)
      return [say(`matches nothing now: no endpoint or network set is its ${side}`, idleEnd(model, entity), 12)];
    const without = namelessPorts(entity, havingPorts(model, one, { side, direction, hits }));
    const detail = ["VMs of OpenStack never have named ports", "fix: write the port's number"];
    return without.length === 0 ? [] : [say(`names a ${side} port that no endpoint has: \`${list(without, 3)}\``, detail, 14)];
  });
}

/** The first earlier rule that takes everything away; Log rules let everything go on. */
function coveredBy({ rule, i, rules }: Place): { rule: Rule; i: number } | null {
  if (i >= mostCompared) return null;
  const at = rules.slice(0, i).findIndex((earlier) => earlier.action !== "Log" && covers(earlier, rule));
  const earlier = rules[at];
  return earlier === undefined ? null : { rule: earlier, i: at };
}

const shadow = (before: { rule: Rule; i: number }, { rule, i }: Place): string =>
  `rule ${before.i} is ${before.rule.action}, rule ${i} is ${rule.action}`;

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
