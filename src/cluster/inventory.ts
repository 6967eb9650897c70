/** Roles a host can have in an OpenStack cloud networked by Calico. */
export type HostRole = "compute" | "control" | "reflector" | "network";

/** A host as the config lists it. */
export interface Host {
  name: string;
  /** Management address for SSH, and the address its BGP peers know it by unless `bgp` differs. */
  address: string;
  /** Addresses of its BGP sessions; starts with `address`. */
  bgp: readonly string[];
  role: HostRole;
  rack?: string;
  /** Taken out of counts and verdicts; still shown. */
  maintenance: boolean;
  /** BGP far ends (host names or addresses) it must have; empty = what the majority of its role has. */
  peers: readonly string[];
  /** Felix must run here: true for computes unless the config says otherwise. */
  felix: boolean;
  /** SSH says where and as whom; absent = the bot does not log in (a ToR, say). */
  ssh: boolean;
}

/** The name of the host that has this address, or the address itself. */
export function nameOf(hosts: readonly Host[], address: string): string {
  const known = indexes.get(hosts) ?? indexOf(hosts);
  return known.get(address) ?? address;
}

/** Names by address, once a list of hosts: a full sweep asks thousands of times. */
const indexes = new WeakMap<readonly Host[], ReadonlyMap<string, string>>();

function indexOf(hosts: readonly Host[]): ReadonlyMap<string, string> {
  const index = new Map<string, string>();
  for (const host of hosts) for (const address of [host.address, ...host.bgp]) if (!index.has(address)) index.set(address, host.name);
  indexes.set(hosts, index);
  return index;
}
