import { type Entity, entityOf, UnreadableError } from "./entity.js";
import { hasPorts, protocolNumber, protocols } from "./protocol.js";
import { RuleSchema, unjudged } from "./rule-schema.js";

export type Action = "Allow" | "Deny" | "Pass" | "Log";

/** ICMP type and code that a rule asks for. */
export interface Icmp {
  type: number;
  code: number | null;
}

/** A rule ready to be held against connections; null = it does not ask for that. */
export interface Rule {
  action: Action;
  ipVersion: 4 | 6 | null;
  protocol: number | null;
  notProtocol: number | null;
  icmp: Icmp | null;
  notIcmp: Icmp | null;
  source: Entity;
  destination: Entity;
  /** What it asks for beyond this and cannot be judged. */
  unjudged: readonly string[];
}

/** Compiles a rule as it is stored, of a policy in a namespace or a global one. Throws UnreadableError. */
export function ruleOf(stored: unknown, namespace: string | null): Rule {
  const parsed = RuleSchema.safeParse(stored);
  if (!parsed.success) throw new UnreadableError(fault(parsed.error.issues[0]));
  const given = parsed.data;
  const rule: Rule = {
    action: actionOf(given.action),
    ipVersion: given.ipVersion ?? null,
    protocol: numberOf(given.protocol),
    notProtocol: numberOf(given.notProtocol),
    icmp: icmpOf(given.icmp),
    notIcmp: icmpOf(given.notICMP),
    source: entityOf(given.source ?? {}, namespace),
    destination: entityOf(given.destination ?? {}, namespace),
    unjudged: unjudged(given),
  };
  return checked(rule);
}

function fault(issue: { path: readonly PropertyKey[]; message: string } | undefined): string {
  return `${issue?.path.map(String).join(".") || "rule"}: ${issue?.message.toLowerCase() ?? "not readable"}`;
}

/** Felix knows most actions in any case of letters, but `Pass` only so. */
function actionOf(text: string): Action {
  if (text === "Pass") return text;
  const action = (["Allow", "Deny", "Log"] as const).find((known) => known.toLowerCase() === text.toLowerCase());
  if (action === undefined) throw new UnreadableError(`\`${text.slice(0, 40)}\` is no action`);
  return action;
}

function numberOf(value: string | number | null | undefined): number | null {
  if (value === null || value === undefined || value === "") return null;
  const number = protocolNumber(value);
  if (number === null) throw new UnreadableError(`\`${String(value).slice(0, 40)}\` is no protocol`);
  return number;
}

/** Without a type it says nothing. */
function icmpOf(of: { type?: number | null | undefined; code?: number | null | undefined } | null | undefined): Icmp | null {
  const { type = null, code = null } = of ?? {};
  if (type === null && code === null) return null;
  if (type === null || !fits(type) || (code !== null && !fits(code))) throw new UnreadableError("an icmp type or code is not of 0 to 255");
  return { type, code };
}

const fits = (n: number): boolean => Number.isInteger(n) && n >= 0 && n <= 255;

/** What felix refuses, and with it the whole policy. */
function checked(rule: Rule): Rule {
  const { protocol, source, destination } = rule;
  const numeric = [source, destination].some(({ ports, notPorts }) => [...(ports ?? []), ...notPorts].some((spec) => "from" in spec));
  if (numeric && protocol === null) throw new UnreadableError("a rule has ports and no protocol");
  const anyPort = [source, destination].some(({ ports, notPorts }) => ports !== null || notPorts.length > 0);
  if (anyPort && protocol !== null && !hasPorts(protocol)) throw new UnreadableError("a rule has ports and its protocol has none");
  const asksIcmp = rule.icmp !== null || rule.notIcmp !== null;
  if (asksIcmp && protocol !== protocols.icmp && protocol !== protocols.icmpv6)
    throw new UnreadableError("a rule has an icmp type and another protocol");
  return rule;
}
