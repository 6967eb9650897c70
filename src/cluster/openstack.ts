import type { Answer, Ask } from "./ask.js";

/** A row of Neutron's agent list. */
export interface NeutronAgent {
  id: string;
  type: string;
  binary: string;
  host: string;
  /** Neutron's verdict: the last report is younger than its agent_down_time. */
  alive: boolean;
  adminUp: boolean;
  /** Last report, epoch ms (UTC); null when unreadable. */
  heartbeatAt: number | null;
}

export interface AgentList {
  agents: NeutronAgent[];
  /**
   * Whether the token may see agents at all. Neutron answers a plain member with an empty list and no error, so
   * "no agents" and "not allowed to see them" can only be told apart by the roles of the token.
   */
  visible: boolean;
  /** Roles of the token, by name. */
  roles: string[];
}

/** A list that is never read without end. */
export interface Listed<T> {
  rows: T[];
  /** False = there are more rows than were read. */
  complete: boolean;
}

/** A Neutron port. Times are epoch ms; null = Neutron does not say. */
export interface Port {
  id: string;
  name: string;
  /** ACTIVE, DOWN, BUILD, ERROR, N/A. */
  status: string;
  adminUp: boolean;
  projectId: string;
  networkId: string;
  /** Nova's instance on a `compute:` port. */
  deviceId: string;
  /** `compute:nova`, `network:dhcp`, `network:floatingip`, …; empty when nobody owns it. */
  deviceOwner: string;
  mac: string;
  addresses: { address: string; subnetId: string }[];
  /** Ids. */
  securityGroups: string[];
  /** binding:host_id, empty when unbound. Null = hidden: Neutron shows bindings to administrators only. */
  host: string | null;
  /** binding:vif_type: `tap`, `unbound`, `binding_failed`; null = hidden. */
  vifType: string | null;
  createdAt: number | null;
  updatedAt: number | null;
}

/** Which ports are meant; what is left out does not narrow. */
export interface PortFilter {
  ids?: readonly string[];
  /** A fixed address, in canonical form. */
  address?: string;
  deviceId?: string;
  host?: string;
  name?: string;
  projectId?: string;
  networkId?: string;
  /** Made or changed since then, epoch ms. */
  changedSince?: number;
}

export interface Network {
  id: string;
  name: string;
  projectId: string;
}

export interface Subnet {
  id: string;
  name: string;
  networkId: string;
  cidr: string;
  gateway: string | null;
  dhcp: boolean;
}

export interface FloatingIp {
  id: string;
  address: string;
  /** Null = it leads nowhere. */
  portId: string | null;
  fixedAddress: string | null;
  status: string;
  projectId: string;
  networkId: string;
}

/** Something with an id and a name: a security group, a project. */
export interface Named {
  id: string;
  name: string;
}

/** A group is found in its project. */
export interface SecurityGroup extends Named {
  projectId: string;
}

/** A Nova instance as far as its own name and place go. */
export interface Server extends Named {
  status: string;
  projectId: string;
  /** Null = hidden from users who are no administrators. */
  host: string | null;
}

/** By id or by exact name; both left out = all, as far as lists go. */
export interface Wanted {
  ids?: readonly string[];
  name?: string;
}

/** What can be asked of Keystone, Neutron and Nova by REST. Every list ends at a bound and says so. */
export interface OpenStack {
  agents(ask: Ask): Promise<Answer<AgentList>>;
  ports(filter: PortFilter, ask: Ask): Promise<Answer<Listed<Port>>>;
  networks(wanted: Wanted, ask: Ask): Promise<Answer<Listed<Network>>>;
  subnets(wanted: Wanted, ask: Ask): Promise<Answer<Listed<Subnet>>>;
  floatingIps(filter: { address?: string; portId?: string }, ask: Ask): Promise<Answer<Listed<FloatingIp>>>;
  securityGroups(wanted: Wanted, ask: Ask): Promise<Answer<Listed<SecurityGroup>>>;
  /** A plain member may ask for the own project by id, and is refused a search by name. */
  projects(wanted: { id: string } | { name: string }, ask: Ask): Promise<Answer<Listed<Named>>>;
  /** Null = the catalogue has no compute endpoint, so there is no Nova to ask. */
  servers(wanted: { id: string } | { name: string }, ask: Ask): Promise<Answer<Listed<Server> | null>>;
  /** What the `openstack` program prints for these words, as JSON; only reads of openstack-reads.ts are run. */
  cli(words: readonly string[], ask: Ask): Promise<Answer<unknown>>;
}
