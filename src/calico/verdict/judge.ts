import { type Direction, forWorkloads } from "../policy/policy.js";
import type { CompiledPolicy } from "./compiled.js";
import type { Endpoint } from "./endpoint.js";
import { type Stage, stages } from "./governing.js";
import { isAbout, type Packet } from "./match.js";
import type { Model } from "./model.js";
import type { Action, Rule } from "./rule.js";
import { noProfile, type Step, stepOf } from "./trace.js";

/** What becomes of a connection at one of its ends. */
export interface Verdict {
  endpoint: string;
  verdict: "allow" | "deny";
  trace: Step[];
  /** Why it may be otherwise; none = it is certain. */
  doubts: string[];
}

/** A reason to doubt, and what would be done if it held; null = anything. */
interface Doubt {
  why: string;
  action: Action | null;
}

/** Evaluates the policies and profiles of an endpoint for a packet, as felix programs them. */
export function judge(model: Model, endpoint: Endpoint, { direction, packet }: { direction: Direction; packet: Packet }): Verdict {
  const trace: Step[] = [];
  const doubts: Doubt[] = [];
  const verdict = decided(model, endpoint, { direction, packet, trace, doubts });
  const certain = (doubt: Doubt): boolean => doubt.action !== null && doubt.action.toLowerCase() === verdict;
  const reasons = doubts.filter((doubt) => !certain(doubt)).map(({ why }) => why);
  return { endpoint: endpoint.id, verdict, trace, doubts: [...new Set(reasons)] };
}

interface Course {
  direction: Direction;
  packet: Packet;
  trace: Step[];
  doubts: Doubt[];
}

function decided(model: Model, endpoint: Endpoint, course: Course): Verdict["verdict"] {
  for (const stage of stages(model, endpoint, course.direction)) {
    const action = through(stage, course);
    if (action !== "Pass") return action === "Allow" ? "allow" : "deny";
  }
  return byProfiles(model, endpoint, course);
}

/** What a tier does; felix does not see policies that it cannot read, and a tier with no other is not there. */
function through({ tier, policies }: Stage, course: Course): Step["action"] {
  for (const one of policies) {
    question(one, tier.exists, course);
    if (one.missing !== null) continue;
    const hit = firstMatch(one.rules[course.direction], course, nameOf(one));
    if (hit === null) continue;
    course.trace.push(stepOf(one.policy, hit.index, hit.action));
    return hit.action;
  }
  const first = policies.find(({ missing }) => missing === null);
  if (first === undefined) return "Pass";
  course.trace.push(stepOf(first.policy, -1, tier.end));
  return tier.end;
}

/** Notes what is doubtful about a policy before its rules are looked at. */
function question(one: CompiledPolicy, tierExists: boolean, { doubts }: Course): void {
  const add = (why: string): number => doubts.push({ why: `${nameOf(one)}: ${why}`, action: null });
  if (one.missing !== null) add(`cannot be read (${one.missing})`);
  if (one.doubt !== null) add(one.doubt);
  if (!tierExists) add(`its tier ${one.policy.tier} does not exist`);
  if (!forWorkloads(one.policy)) add(`${one.policy.spec.preDNAT === true ? "preDNAT" : "doNotTrack"} cannot be judged`);
}

function firstMatch(rules: readonly Rule[], { packet, doubts }: Course, called: string): { index: number; action: Step["action"] } | null {
  for (const [index, rule] of rules.entries()) {
    const { action } = rule;
    if (action === "Log") continue;
    const about = isAbout(rule, packet);
    if (typeof about === "string") doubts.push({ why: `${called} rule ${index}: ${about}`, action });
    if (about === true) return { index, action };
  }
  return null;
}

const nameOf = ({ policy: { kind, namespace, name } }: CompiledPolicy): string =>
  `${kind} ${namespace === null ? name : `${namespace}/${name}`}`;

function byProfiles({ profiles }: Model, endpoint: Endpoint, course: Course): Verdict["verdict"] {
  if (endpoint.profiles.length === 0) course.trace.push(noProfile);
  for (const name of endpoint.profiles) {
    const rules = profiles.get(name);
    if (!rules) {
      course.doubts.push({ why: `profile ${name} ${rules === null ? "cannot be read" : "is not stored"}`, action: null });
      return "deny";
    }
    const hit = firstMatch(rules[course.direction], course, `profile ${name}`);
    if (hit === null) continue;
    course.trace.push({ kind: "Profile", name, rule: hit.index, action: hit.action });
    return hit.action === "Allow" ? "allow" : "deny";
  }
  return "deny";
}
