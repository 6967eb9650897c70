/** What a workload endpoint's name says: its parts are joined by a lone `-`, a dash inside a part is doubled. */
export interface EndpointName {
  node: string;
  orchestrator: string;
  /** Nova's instance id on OpenStack. */
  workload: string;
  /** Neutron's port id on OpenStack. */
  endpoint: string;
}

/** Takes a name apart: `compute--01-openstack-…`; null when it has not four parts. */
export function parseEndpointName(name: string): EndpointName | null {
  const [node, orchestrator, workload, endpoint, ...more] = partsOf(name);
  if (node === undefined || orchestrator === undefined || workload === undefined || endpoint === undefined || more.length > 0) return null;
  return { node, orchestrator, workload, endpoint };
}

const partsOf = (name: string): string[] => name.split(/(?<!-)-(?!-)/).map((part) => part.replaceAll("--", "-"));

/** The host in an endpoint's name, also in one of another form. */
export const nodeOf = (name: string): string => partsOf(name)[0] ?? name;

/** The name of an endpoint with these parts. */
export function endpointName({ node, orchestrator, workload, endpoint }: EndpointName): string {
  return [node, orchestrator, workload, endpoint].map((part) => part.replaceAll("-", "--")).join("-");
}

/** The start of the names of all endpoints of a host: one range read gives them. */
export const endpointsOf = (host: string): string => `${host.replaceAll("-", "--")}-`;

const groupPolicy = /^ossg\.default\.(.+)$/;

/** The security group that Neutron's driver made a policy from; null = a person's policy. */
export const securityGroupOf = (policy: string): string | null => groupPolicy.exec(policy)?.[1] ?? null;

/** Calico's namespace for all VMs of a region: `openstack`, or `openstack-region-<name>`. */
export const vmNamespace = (region: string): string => (region === "no-region" ? "openstack" : `openstack-${region}`);
