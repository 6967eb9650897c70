import { securityGroupOf } from "../../calico/names.js";
import { vmLabels } from "../../calico/resource.js";
import type { Endpoint } from "../../calico/verdict/endpoint.js";
import { stages } from "../../calico/verdict/governing.js";
import type { Verdict } from "../../calico/verdict/judge.js";
import type { Model } from "../../calico/verdict/model.js";
import type { Step } from "../../calico/verdict/trace.js";
import { count } from "../say.js";

/** What is asked, for sentences: `tcp/5432` `from web-1`. */
export interface About {
  service: string;
  peer: string;
  direction: "ingress" | "egress";
}

/** Why a connection is dropped or allowed at one end, in one clause. */
export function reasonOf(model: Model, { verdict, trace, endpoint: id }: Verdict, about: About): string {
  const endpoint = model.endpoints.find((one) => one.id === id);
  const last = trace.at(-1);
  if (last === undefined || endpoint === undefined) return "its profiles do not allow it";
  if (last.kind === "Felix") return `${last.name} is always allowed`;
  if (last.rule >= 0) return `rule ${last.rule} of ${nameOf(last, endpoint)} ${verdict === "allow" ? "allows" : "denies"} ${about.service}`;
  return atEnd(model, endpoint, { last, about });
}

/** A policy as people know it: security groups by their names. */
export function nameOf({ kind, namespace, name }: Step, endpoint: Pick<Endpoint, "labels">): string {
  const group = securityGroupOf(name);
  if (group !== null) return `security group "${endpoint.labels[`${vmLabels.groupPrefix}${group}`] ?? group}"`;
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

function atEnd(model: Model, endpoint: Endpoint, { last, about }: { last: Step; about: About }): string {
  const here = stages(model, endpoint, about.direction);
  if (last.kind === "Profile")
    return here.length === 0 ? "no security group or policy selects it" : "it is passed on out of the last tier, and there is no profile";
  const policies = here.find(({ tier }) => tier.name === last.tier)?.policies ?? [];
  const groups = policies.filter(({ policy }) => securityGroupOf(policy.name) !== null).length;
  const others = policies.length - groups;
  const parts = [...(groups > 0 ? [`its ${count(groups, "SG")}`] : []), ...(others > 0 ? [count(others, "policy", "policies")] : [])];
  const where = last.tier === "default" ? "" : ` of tier ${last.tier}`;
  const direction = about.direction === "ingress" ? "from" : "to";
  return `none of ${parts.join(" and ")}${where} allows ${about.service} ${direction} ${about.peer}`;
}
