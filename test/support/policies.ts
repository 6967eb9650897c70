import { v3Keys } from "./objects.js";

/** Label by which a port is in a security group; the group's id follows. */
export const sg = "sg.projectcalico.org/openstack-";

interface Vm {
  /** With its domain; left out where Neutron has no DNS. */
  fqdn?: string;
  project?: string;
  /** Among them the security groups: `{ [`${sg}g1`]: "web" }`. */
  labels?: Record<string, string>;
  spec?: Record<string, unknown>;
}

/** The endpoint of VM number `i` on c1: instance `d<i>`, port `p<i>`, address 10.65.0.<i>. */
export function vm(i: number, { fqdn, project, labels, spec }: Vm = {}) {
  return {
    name: `openstack/c1-openstack-d${i}-p${i}`,
    ...(fqdn === undefined ? {} : { annotations: { "openstack.projectcalico.org/fqdn": fqdn } }),
    labels: {
      "projectcalico.org/namespace": "openstack",
      "projectcalico.org/orchestrator": "openstack",
      ...(project === undefined ? {} : { "projectcalico.org/openstack-project-name": project }),
      ...labels,
    },
    spec: {
      orchestrator: "openstack",
      node: "c1",
      workload: `d${i}`,
      endpoint: `p${i}`,
      ipNetworks: [`10.65.${i >> 8}.${i & 255}/32`],
      ...spec,
    },
  };
}

/** So many endpoints as they are stored. */
export const vms = (n: number, told: Parameters<typeof v3Keys>[2]): Record<string, string> => v3Keys("workloadendpoints", n, told);

/** A rule that allows, as Neutron's driver writes it. */
export const allow = (more: object = {}): object => ({ action: "Allow", ipVersion: 4, ...more });

/** A rule that allows TCP, as people write it: to ports, from the members of a security group. */
export const allowTcp = (ports: readonly number[], from?: string): object => ({
  action: "Allow",
  protocol: "TCP",
  ...(from === undefined ? {} : { source: { selector: `has(${sg}${from})` } }),
  destination: { ports },
});

/** A security group as Neutron's driver stores it; everything may go out. */
export const securityGroup = (id: string, ingress: readonly object[] = [allow()]): Record<string, string> =>
  v3Keys("networkpolicies", 1, () => ({
    name: `openstack/ossg.default.${id}`,
    spec: { selector: `has(${sg}${id})`, ingress, egress: [allow()] },
  }));

type Spec = Record<string, unknown>;

/** Policies of people, one each. */
export const globalPolicy = (name: string, spec: Spec): Record<string, string> =>
  v3Keys("globalnetworkpolicies", 1, () => ({ name, spec }));
export const policy = (name: string, spec: Spec): Record<string, string> => v3Keys("networkpolicies", 1, () => ({ name, spec }));
