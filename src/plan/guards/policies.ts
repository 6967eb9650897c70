import { securityGroupOf } from "../../calico/names.js";
import { part } from "../../calico/part.js";
import { blocking, type Case, called, moreApprovers, note, type Watch } from "./guard.js";

/** What is dangerous about a policy by what it says; what it does to traffic is the effect's to tell. */
export const watchPolicy: Watch = (one) => [...owned(one), ...placeless(one), ...tierless(one), ...hosts(one)];

function owned({ draft }: Case): ReturnType<Watch> {
  const group = securityGroupOf(draft.name);
  const labels = Object.keys(part(part(draft.object["metadata"])["labels"])).filter(
    (label) => label.includes("projectcalico.org/") && label !== "projectcalico.org/tier",
  );
  return [
    ...(group === null
      ? []
      : [blocking(`${called(draft)} is written by Neutron's driver: change the security group with \`openstack security group rule\``)]),
    ...(labels.length === 0 ? [] : [blocking(`${called(draft)} sets ${labels.join(", ")}, which is Calico's and Neutron's own`)]),
  ];
}

function placeless({ draft, world }: Case): ReturnType<Watch> {
  if (draft.namespace === null || draft.namespace === world.vmNamespace) return [];
  return [blocking(`${called(draft)} selects no VM: all VMs of this region are in the namespace \`${world.vmNamespace}\``)];
}

function tierless({ draft, world, all }: Case): ReturnType<Watch> {
  const tier = part(draft.object["spec"])["tier"];
  if (typeof tier !== "string" || world.tiers.has(tier) || all.some(({ kind, name }) => kind === "Tier" && name === tier)) return [];
  return [blocking(`${called(draft)} is for the tier \`${tier}\`, which does not exist: calicoctl refuses it`)];
}

function hosts({ draft }: Case): ReturnType<Watch> {
  const spec = part(draft.object["spec"]);
  if (draft.kind !== "GlobalNetworkPolicy") return [];
  const strong = (["doNotTrack", "preDNAT"] as const).filter((name) => spec[name] === true);
  return [
    ...strong.map((name) =>
      moreApprovers(`${called(draft)} has ${name}: it acts on hosts before connections are tracked, established ones too`),
    ),
    ...(typeof spec["selector"] === "string" && /^\s*(all\(\s*\))?\s*$/.test(spec["selector"])
      ? [moreApprovers(`${called(draft)} selects everything, host endpoints too`)]
      : spec["selector"] === undefined
        ? [moreApprovers(`${called(draft)} has no selector: it selects everything, host endpoints too`)]
        : []),
  ];
}

/** VM ports are Neutron's. */
export const watchEndpoint: Watch = ({ draft }) => [blocking(`${called(draft)} is written by Neutron's driver, which would put it back`)];

/** Without an allow policy in force a host endpoint isolates its host at once. */
export const watchHostEndpoint: Watch = ({ draft, change, all }) => {
  if (change.action === "none") return [];
  const together = all.some(({ kind }) => kind.endsWith("NetworkPolicy"));
  return [
    moreApprovers(
      `${called(draft)} puts its host under policy: without one in force that allows SSH, etcd, BGP and the control plane it is cut off${together ? "; a policy in the same change is not in force before it" : ""}`,
    ),
    note("apply the policy first, then the host endpoint of one host, and look at it"),
  ];
};
