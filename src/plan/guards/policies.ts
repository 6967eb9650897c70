import { securityGroupOf } from "../../calico/names.js";
import { part } from "../../calico/part.js";
import { blocking, type Case, called, moreApprovers, note, specs, type Watch } from "./guard.js";

/** What is dangerous about a policy by what it says; what it does to traffic is the effect's to tell. */
export const watchPolicy: Watch = (one) =>
  one.action === "delete"
    ? neutrons(one)
    : [...neutrons(one), ...placeless(one), ...tierless(one), ...strong(one), ...everything(one), ...wholesale(one)];

const neutrons = ({ draft }: Case): ReturnType<Watch> =>
  securityGroupOf(draft.name) === null
    ? []
    : [blocking(`${called(draft)} is written by Neutron's driver: change the security group with \`openstack security group rule\``)];

function placeless({ draft, world }: Case): ReturnType<Watch> {
  if (draft.namespace === null || draft.namespace === world.vmNamespace) return [];
  return [blocking(`${called(draft)} selects no VM: all VMs of this region are in the namespace \`${world.vmNamespace}\``)];
}

function tierless({ draft, world, all }: Case): ReturnType<Watch> {
  const tier = part(draft.object["spec"])["tier"];
  const comes = all.some(({ action, draft: { kind, name } }) => action === "apply" && kind === "Tier" && name === tier);
  if (typeof tier !== "string" || tier === "" || world.tiers.has(tier) || comes) return [];
  return [blocking(`${called(draft)} is for the tier \`${tier}\`, which does not exist: calicoctl refuses it`)];
}

function strong({ draft }: Case): ReturnType<Watch> {
  const spec = part(draft.object["spec"]);
  const fields = draft.kind === "GlobalNetworkPolicy" ? (["doNotTrack", "preDNAT"] as const).filter((name) => spec[name] === true) : [];
  return fields.map((name) =>
    moreApprovers(`${called(draft)} has ${name}: it acts on hosts before connections are tracked, established ones too`),
  );
}

function everything({ draft }: Case): ReturnType<Watch> {
  const { selector } = part(draft.object["spec"]);
  const hosts = draft.namespace === null ? ", host endpoints too" : "";
  if (selector === undefined || selector === null || selector === "")
    return [moreApprovers(`${called(draft)} has no selector: it selects everything${hosts}`)];
  return typeof selector === "string" && /^\s*all\(\s*\)\s*$/.test(selector)
    ? [moreApprovers(`${called(draft)} selects everything${hosts}`)]
    : [];
}

/** Rules that drop whatever reaches them. */
function wholesale({ draft }: Case): ReturnType<Watch> {
  const spec = part(draft.object["spec"]);
  return (["ingress", "egress"] as const).flatMap((direction) => {
    const rules: unknown[] = Array.isArray(spec[direction]) ? spec[direction] : [];
    return rules.flatMap((rule, i) =>
      part(rule)["action"] === "Deny" && saysNothing(part(rule))
        ? [moreApprovers(`${called(draft)} ${direction} rule ${i} denies without any field to match: it drops all that reaches it`)]
        : [],
    );
  });
}

function saysNothing(rule: Readonly<Record<string, unknown>>): boolean {
  const isNothing = (value: unknown): boolean => {
    if (value === undefined || value === null || value === "") return true;
    return typeof value === "object" && Object.values(value).every(isNothing);
  };
  return Object.entries(rule).every(([name, value]) => name === "action" || name === "metadata" || isNothing(value));
}

/** The tier of the security groups. */
const groupsTier = 1_000_000;

/** A tier before that of the security groups takes everything that it selects away from them, unless it passes it on. */
export const watchTier: Watch = (one) => {
  const { draft, action } = one;
  const { order, defaultAction } = specs(one).after;
  if (action === "delete") return [];
  if (draft.name === "default") return [blocking(`${called(draft)} is Calico's own: calicoctl refuses to change it`)];
  if (typeof order !== "number" || order >= groupsTier || defaultAction === "Pass") return [];
  return [
    note(
      `${called(draft)} comes before the security groups and denies at its end: whatever its policies select needs a rule \`action: Pass\` there`,
    ),
  ];
};

/** VM ports are Neutron's. */
export const watchEndpoint: Watch = ({ draft }) => [blocking(`${called(draft)} is written by Neutron's driver, which would put it back`)];

/** Without an allow policy in force a host endpoint isolates its host at once. */
export const watchHostEndpoint: Watch = ({ draft, action, all }) => {
  if (action === "delete")
    return [moreApprovers(`${called(draft)} no longer puts its host under policy: whatever policies keep out is let in`)];
  if (action === "update") return [moreApprovers(`${called(draft)} changes what policies let through to and from its host`)];
  const together = all.some((one) => one.action === "apply" && one.draft.kind.endsWith("NetworkPolicy"));
  return [
    moreApprovers(
      `${called(draft)} puts its host under policy: without one in force that allows SSH, etcd, BGP and the control plane it is cut off${together ? "; the policies of this change are written before it" : ""}`,
    ),
    note("apply the policy first, then the host endpoint of one host, and look at it"),
  ];
};
