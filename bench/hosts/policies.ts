import { stableId } from "../../lab/site.js";
import { vmLabels } from "../../src/calico/resource.js";
import { stored } from "../../src/calico/verdict/item.js";
import { add, emptyParts, type Parts } from "../../src/calico/verdict/parts.js";

/** How large a cloud is made. */
export interface CloudSize {
  vms: number;
  /** Security groups and a few policies of the operators' together. */
  policies: number;
}

const root = "/calico/resources/v3/projectcalico.org";
type Spec = Record<string, unknown>;

/**
 * A cloud as Neutron's driver and its operators leave it in etcd: projects of ten security groups, one of them the default one with
 * itself as remote group, the others in chains; each VM has the default group and one or two more. Two tiers and four global policies.
 */
export function cloudOf({ vms, policies }: CloudSize): Parts {
  const parts = emptyParts();
  const put = (plural: string, path: string, value: Spec): void => {
    const taken = stored(`${root}/${plural}/${path}`, JSON.stringify(value));
    if (taken) add(parts, taken);
  };
  for (const [name, order] of [
    ["platform", 100],
    ["audit", 200],
  ] as const)
    put("tiers", name, { metadata: { name }, spec: { order, defaultAction: "Pass" } });
  for (const [i, spec] of globals.entries()) put("globalnetworkpolicies", `g${i}`, { metadata: { name: `g${i}` }, spec });
  const groups = policies - globals.length;
  for (let group = 0; group < groups; group++) {
    const name = `ossg.default.${groupId(group)}`;
    put("networkpolicies", `openstack/${name}`, { metadata: { name, namespace: "openstack" }, spec: groupSpec(group) });
  }
  for (let i = 0; i < vms; i++) put("workloadendpoints", `openstack/${nameOf(i)}`, vmOf(i, groups));
  return parts;
}

/** The policy of a security group with one rule more. */
export function groupPolicy(group: number, rule: Spec): Spec {
  const spec = groupSpec(group);
  const ingress = [...(spec["ingress"] as Spec[]), rule];
  const metadata = { name: `ossg.default.${groupId(group)}`, namespace: "openstack" };
  return { kind: "NetworkPolicy", metadata, spec: { ...spec, types: ["Ingress", "Egress"], ingress } };
}

const perProject = 10;
const groupId = (group: number): string => stableId(`group ${group}`);
const has = (group: number): string => `has(${vmLabels.groupPrefix}${groupId(group)})`;
const nameOf = (i: number): string =>
  `compute--${i % 400}-openstack-${stableId(`device ${i}`).replaceAll("-", "--")}-${stableId(`port ${i}`).replaceAll("-", "--")}`;

const globals: Spec[] = [
  {
    tier: "platform",
    order: 1,
    selector: "all()",
    types: ["Ingress"],
    ingress: [{ action: "Deny", source: { nets: ["198.51.100.0/24"] } }, { action: "Pass" }],
  },
  {
    tier: "platform",
    order: 2,
    selector: "all()",
    types: ["Egress"],
    egress: [{ action: "Deny", protocol: "TCP", destination: { ports: [25] } }, { action: "Pass" }],
  },
  {
    tier: "audit",
    order: 1,
    selector: "env == 'prod'",
    types: ["Ingress"],
    ingress: [{ action: "Deny", source: { selector: "env == 'test'" } }, { action: "Pass" }],
  },
  {
    order: 5,
    selector: "has(backup)",
    types: ["Ingress"],
    ingress: [{ action: "Allow", protocol: "TCP", source: { nets: ["10.255.0.0/24"] }, destination: { ports: [10050, "9100:9110"] } }],
  },
];

const tcp = (ports: (number | string)[], source: Spec): Spec => ({
  action: "Allow",
  ipVersion: 4,
  protocol: "TCP",
  source,
  destination: { ports },
});

/** The first group of a project is its default one; the others let in the web, the group before them, or some network. */
function groupSpec(group: number): Spec {
  const place = group % perProject;
  const rules: Spec[] =
    [
      [{ action: "Allow", ipVersion: 4, source: { selector: has(group) } }],
      [tcp([80, 443], { nets: ["0.0.0.0/0"] }), tcp([22], { nets: ["10.255.1.0/24"] })],
      [tcp([8080 + (group % 7)], { selector: has(group - 1) })],
      [tcp([5432], { selector: has(group - 1) }), tcp([22], { nets: [`10.254.${group % 250}.0/24`] })],
    ][Math.min(place, 1 + (place % 3))] ?? [];
  const egress = [4, 6].map((ipVersion) => ({ action: "Allow", ipVersion }));
  return { selector: has(group), ingress: rules, egress };
}

function vmOf(i: number, groups: number): Spec {
  const projects = Math.max(1, Math.floor(groups / perProject));
  const project = i % projects;
  const own = (i / projects) | 0;
  const first = project * perProject;
  const member = [first, first + 1 + (own % (perProject - 1)), ...(own % 4 === 0 ? [first + 1 + ((own + 3) % (perProject - 1))] : [])];
  const labels = {
    "projectcalico.org/namespace": "openstack",
    "projectcalico.org/orchestrator": "openstack",
    [vmLabels.projectId]: stableId(`project ${project}`),
    [vmLabels.projectName]: `project-${project}`,
    ...Object.fromEntries(member.map((group) => [`${vmLabels.groupPrefix}${groupId(group)}`, `group-${group}`])),
    ...(project % 3 === 0 ? { env: project % 2 === 0 ? "prod" : "test" } : {}),
    ...(own % 50 === 0 ? { backup: "yes" } : {}),
  };
  return {
    metadata: { name: nameOf(i), namespace: "openstack", labels },
    spec: {
      orchestrator: "openstack",
      node: `compute-${i % 400}`,
      workload: stableId(`device ${i}`),
      endpoint: stableId(`port ${i}`),
      ipNetworks: [`10.${65 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}/32`],
      ipv4Gateway: `10.${200 + (project >> 8)}.${project & 255}.1`,
    },
  };
}
