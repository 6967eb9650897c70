import type { Direction } from "../../calico/policy/policy.js";
import { vmLabels } from "../../calico/resource.js";
import { parseSelector } from "../../calico/selector/parse.js";
import { printSelector } from "../../calico/selector/print.js";
import { hasPorts, protocolName } from "../../calico/verdict/protocol.js";
import type { Rule } from "../../calico/verdict/rule.js";
import { EntitySchema, RuleSchema } from "../../calico/verdict/rule-schema.js";
import { list } from "../say.js";

/** What sentences need besides the rule. */
export interface Telling {
  direction: Direction;
  /** Of the policy; null = it is global. */
  namespace: string | null;
  /** Names of security groups by id. */
  groups: ReadonlyMap<string, string>;
}

const verbs = { Allow: "allows", Deny: "drops", Pass: "passes on", Log: "logs" } as const;
/** Ports, nets and fields of a list that are told. */
const most = 6;

/** A rule as one says it: `allows tcp to port 5432 from security group "web"`. */
export function ruleSentence(rule: Rule, stored: unknown, telling: Telling): string {
  const given = RuleSchema.parse(stored);
  const [source, destination] = [EntitySchema.parse(given.source ?? {}), EntitySchema.parse(given.destination ?? {})];
  const from = peer(source, telling);
  const to = peer(destination, telling);
  const parts = [
    verbs[rule.action],
    traffic(rule),
    ports(destination, "to"),
    ports(source, "from"),
    from === null ? (telling.direction === "ingress" ? "from anywhere" : "") : `from ${from}`,
    to === null ? (telling.direction === "egress" ? "to anywhere" : "") : `to ${to}`,
    rule.action === "Pass" ? "(to the next tier)" : "",
    rule.unjudged.length > 0 ? `with ${list(rule.unjudged, 3)}, which cannot be judged here` : "",
  ];
  return parts.filter((part) => part !== "").join(" ");
}

function traffic({ protocol, notProtocol, icmp, notIcmp, ipVersion }: Rule): string {
  const name = protocol === null ? "everything" : hasPorts(protocol) ? protocolName(protocol) : `protocol ${protocolName(protocol)}`;
  const parts = [
    name,
    icmp === null ? "" : `type ${icmp.type}${icmp.code === null ? "" : ` code ${icmp.code}`}`,
    notProtocol === null ? "" : `but ${protocolName(notProtocol)}`,
    notIcmp === null ? "" : `but type ${notIcmp.type}${notIcmp.code === null ? "" : ` code ${notIcmp.code}`}`,
    ipVersion === null ? "" : `of IPv${ipVersion}`,
  ];
  return parts.filter((part) => part !== "").join(" ");
}

function ports({ ports: wanted, notPorts }: EntitySchema, word: "to" | "from"): string {
  const said = (all: readonly (string | number)[]): string => `${all.length === 1 ? "port" : "ports"} ${list(all.map(String), most)}`;
  const yes = wanted && wanted.length > 0 ? `${word} ${said(wanted)}` : "";
  const no = notPorts && notPorts.length > 0 ? `${yes === "" ? `${word} any port ` : ""}but ${said(notPorts)}` : "";
  return [yes, no].filter((part) => part !== "").join(" ");
}

/** Who is at one end; null = anybody. */
function peer(entity: EntitySchema, telling: Telling): string | null {
  const { selector, notSelector, nets, notNets, serviceAccounts } = entity;
  const who = selector ? whoHas(selector, telling) : null;
  const where = namespaces(entity, telling);
  const accounts = serviceAccounts ? "service accounts, which VMs do not have" : null;
  const net = nets && nets.length > 0 ? list(nets, most) : null;
  const not = [...(notSelector ? [whoHas(notSelector, telling)] : []), ...(notNets && notNets.length > 0 ? [list(notNets, most)] : [])];
  const known = [who ?? (where === null ? null : "endpoints"), where, accounts].filter((part) => part !== null).join(" ");
  const base = [known === "" ? null : known, net].filter((part) => part !== null).join(" with an address of ");
  if (base === "" && not.length === 0) return null;
  return [base === "" ? "anywhere" : base, ...not.map((one) => `but not ${one}`)].join(" ");
}

/** Security groups by their names, everything else by its canonical selector. */
function whoHas(selector: string, { groups }: Telling): string {
  const parsed = parseSelector(selector);
  if (!parsed.ok) return `endpoints with \`${selector}\``;
  const of = parsed.selector;
  if (of.op === "has" && of.label.startsWith(vmLabels.groupPrefix)) {
    const id = of.label.slice(vmLabels.groupPrefix.length);
    return `security group "${groups.get(id) ?? id}"`;
  }
  if (of.op === "has" && of.label.startsWith(vmLabels.groupNamePrefix))
    return `security groups called "${of.label.slice(vmLabels.groupNamePrefix.length)}"`;
  return of.op === "all" ? "all endpoints and network sets" : `endpoints with \`${printSelector(of)}\``;
}

/** A selector of a NetworkPolicy stays in its namespace unless it says otherwise. */
function namespaces({ namespaceSelector, selector, notSelector }: EntitySchema, { namespace }: Telling): string | null {
  if (!namespaceSelector) return namespace !== null && (selector || notSelector) ? `of namespace ${namespace}` : null;
  const parsed = parseSelector(namespaceSelector);
  if (!parsed.ok) return `of namespaces with \`${namespaceSelector}\``;
  if (parsed.selector.op === "all") return "of any namespace";
  if (parsed.selector.op === "global") return "of no namespace (hosts, GlobalNetworkSets)";
  return `of namespaces with \`${printSelector(parsed.selector)}\``;
}
