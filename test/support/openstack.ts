import type { Answer } from "../../src/cluster/ask.js";
import type {
  AgentList,
  FloatingIp,
  Listed,
  Named,
  Network,
  OpenStack,
  Port,
  PortFilter,
  SecurityGroup,
  Server,
  Subnet,
} from "../../src/cluster/openstack.js";

/** What a cloud holds; filters are applied as Neutron applies them. */
export interface Held {
  agents?: Answer<AgentList>;
  ports?: readonly Port[];
  networks?: readonly Network[];
  subnets?: readonly Subnet[];
  floatingIps?: readonly FloatingIp[];
  securityGroups?: readonly SecurityGroup[];
  projects?: readonly Named[];
  /** Null = no Nova. */
  servers?: readonly Server[] | null;
  cli?: OpenStack["cli"];
}

/** An OpenStack that holds these rows and knows no others. */
export function fakeOpenStack(held: Held = {}): OpenStack {
  const none: AgentList = { agents: [], visible: true, roles: ["admin"] };
  return {
    agents: async () => held.agents ?? { ok: true, value: none },
    ports: async (filter) => listed((held.ports ?? []).filter((port) => portFits(port, filter))),
    networks: async (wanted) => listed((held.networks ?? []).filter(fits(wanted))),
    subnets: async (wanted) => listed((held.subnets ?? []).filter(fits(wanted))),
    securityGroups: async (wanted) => listed((held.securityGroups ?? []).filter(fits(wanted))),
    floatingIps: async ({ address, portId }) =>
      listed(
        (held.floatingIps ?? []).filter(
          (row) => (address === undefined || row.address === address) && (portId === undefined || row.portId === portId),
        ),
      ),
    projects: async (wanted) => listed((held.projects ?? []).filter(fits("id" in wanted ? { ids: [wanted.id] } : wanted))),
    servers: async (wanted) =>
      held.servers === null
        ? { ok: true, value: null }
        : listed((held.servers ?? []).filter(fits("id" in wanted ? { ids: [wanted.id] } : wanted))),
    cli: held.cli ?? (async () => ({ ok: false, failure: { code: "tool_missing", message: "no openstack here" } })),
  };
}

/** One where every question ends like this. */
export function brokenOpenStack(failure: { code: "unreachable" | "timeout"; message: string }): OpenStack {
  const refuse = async () => ({ ok: false as const, failure });
  return {
    agents: refuse,
    ports: refuse,
    networks: refuse,
    subnets: refuse,
    securityGroups: refuse,
    floatingIps: refuse,
    projects: refuse,
    servers: refuse,
    cli: refuse,
  };
}

const listed = <T>(rows: readonly T[]): Answer<Listed<T>> => ({ ok: true, value: { rows: [...rows], complete: true } });

const fits =
  ({ ids, name }: { ids?: readonly string[]; name?: string }) =>
  (row: Named): boolean =>
    (ids === undefined || ids.includes(row.id)) && (name === undefined || row.name === name);

function portFits(port: Port, { address, deviceId, host, projectId, networkId, changedSince, ...named }: PortFilter): boolean {
  const same = (value: string | undefined, own: string | null): boolean => value === undefined || value === own;
  return (
    fits(named)(port) &&
    (address === undefined || port.addresses.some((one) => one.address === address)) &&
    same(deviceId, port.deviceId) &&
    same(host, port.host) &&
    same(projectId, port.projectId) &&
    same(networkId, port.networkId) &&
    (changedSince === undefined || (port.updatedAt ?? 0) >= changedSince)
  );
}

/** A VM's port on c1, active; a test changes what it is about. */
export function port(id: string, change: Partial<Port> = {}): Port {
  return {
    id,
    name: "",
    status: "ACTIVE",
    adminUp: true,
    projectId: "p-shop",
    networkId: "n-1",
    deviceId: `vm-${id}`,
    deviceOwner: "compute:nova",
    mac: "fa:16:3e:00:00:01",
    addresses: [],
    securityGroups: [],
    host: "c1",
    vifType: "tap",
    createdAt: null,
    updatedAt: null,
    ...change,
  };
}
