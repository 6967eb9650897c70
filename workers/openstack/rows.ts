import { z } from "zod";
import type { FloatingIp, Named, Network, NeutronAgent, Port, SecurityGroup, Server, Subnet } from "../../src/cluster/openstack.js";

/** How one kind of row is asked for and read; fields that are not named here are neither fetched nor looked at. */
export interface Kind<T> {
  /** Path below the service and member of the answer. */
  path: string;
  member: string;
  /** Neutron's names; empty = the service knows no `fields=`. */
  fields: readonly string[];
  row: z.ZodType<T>;
}

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");
/** `2026-11-23T16:10:26Z`, or `2026-11-23 16:10:26` in UTC without saying so. */
const time = z
  .string()
  .nullish()
  .transform((value) => utc(value ?? ""));

function utc(value: string): number | null {
  const at = Date.parse(`${value.replace(" ", "T").replace(/Z$/, "")}Z`);
  return Number.isNaN(at) ? null : at;
}

const agent = z
  .object({
    id: z.string(),
    agent_type: z.string(),
    binary: z.string(),
    host: z.string(),
    alive: z.boolean(),
    admin_state_up: z.boolean(),
    heartbeat_timestamp: time,
  })
  .transform(
    ({ id, agent_type: type, binary, host, alive, admin_state_up: adminUp, heartbeat_timestamp: heartbeatAt }): NeutronAgent => ({
      id,
      type,
      binary,
      host,
      alive,
      adminUp,
      heartbeatAt,
    }),
  );

const port = z
  .object({
    id: z.string(),
    name: text,
    status: text,
    admin_state_up: z.boolean().default(true),
    project_id: text,
    network_id: text,
    device_id: text,
    device_owner: text,
    mac_address: text,
    fixed_ips: z.array(z.object({ ip_address: z.string(), subnet_id: text })).default([]),
    security_groups: z.array(z.string()).default([]),
    "binding:host_id": z.string().nullish(),
    "binding:vif_type": z.string().nullish(),
    created_at: time,
    updated_at: time,
  })
  .transform(
    (row): Port => ({
      id: row.id,
      name: row.name,
      status: row.status,
      adminUp: row.admin_state_up,
      projectId: row.project_id,
      networkId: row.network_id,
      deviceId: row.device_id,
      deviceOwner: row.device_owner,
      mac: row.mac_address,
      addresses: row.fixed_ips.map(({ ip_address: address, subnet_id: subnetId }) => ({ address, subnetId })),
      securityGroups: row.security_groups,
      host: row["binding:host_id"] ?? null,
      vifType: row["binding:vif_type"] ?? null,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    }),
  );

const network = z
  .object({ id: z.string(), name: text, project_id: text })
  .transform(({ id, name, project_id: projectId }): Network => ({ id, name, projectId }));

const subnet = z
  .object({
    id: z.string(),
    name: text,
    network_id: text,
    cidr: z.string(),
    gateway_ip: z.string().nullish(),
    enable_dhcp: z.boolean().default(true),
  })
  .transform(
    (row): Subnet => ({
      id: row.id,
      name: row.name,
      networkId: row.network_id,
      cidr: row.cidr,
      gateway: row.gateway_ip ?? null,
      dhcp: row.enable_dhcp,
    }),
  );

const floatingIp = z
  .object({
    id: z.string(),
    floating_ip_address: z.string(),
    port_id: z.string().nullish(),
    fixed_ip_address: z.string().nullish(),
    status: text,
    project_id: text,
    floating_network_id: text,
  })
  .transform(
    (row): FloatingIp => ({
      id: row.id,
      address: row.floating_ip_address,
      portId: row.port_id ?? null,
      fixedAddress: row.fixed_ip_address ?? null,
      status: row.status,
      projectId: row.project_id,
      networkId: row.floating_network_id,
    }),
  );

const securityGroup = z
  .object({ id: z.string(), name: text, project_id: text })
  .transform(({ id, name, project_id: projectId }): SecurityGroup => ({ id, name, projectId }));

const named = z.object({ id: z.string(), name: text }).transform(({ id, name }): Named => ({ id, name }));

const server = z
  .object({ id: z.string(), name: text, status: text, tenant_id: text, "OS-EXT-SRV-ATTR:host": z.string().nullish() })
  .transform(
    (row): Server => ({
      id: row.id,
      name: row.name,
      status: row.status,
      projectId: row.tenant_id,
      host: row["OS-EXT-SRV-ATTR:host"] ?? null,
    }),
  );

const portFields = [
  ...["id", "name", "status", "admin_state_up", "project_id", "network_id", "device_id", "device_owner", "mac_address"],
  ...["fixed_ips", "security_groups", "binding:host_id", "binding:vif_type", "created_at", "updated_at"],
];

/** Neutron's lists. */
export const agents: Kind<NeutronAgent> = {
  path: "/v2.0/agents",
  member: "agents",
  fields: ["id", "agent_type", "binary", "host", "alive", "admin_state_up", "heartbeat_timestamp"],
  row: agent,
};
export const ports: Kind<Port> = { path: "/v2.0/ports", member: "ports", fields: portFields, row: port };
export const networks: Kind<Network> = { path: "/v2.0/networks", member: "networks", fields: ["id", "name", "project_id"], row: network };
export const subnets: Kind<Subnet> = {
  path: "/v2.0/subnets",
  member: "subnets",
  fields: ["id", "name", "network_id", "cidr", "gateway_ip", "enable_dhcp"],
  row: subnet,
};
export const floatingIps: Kind<FloatingIp> = {
  path: "/v2.0/floatingips",
  member: "floatingips",
  fields: ["id", "floating_ip_address", "port_id", "fixed_ip_address", "status", "project_id", "floating_network_id"],
  row: floatingIp,
};
export const securityGroups: Kind<SecurityGroup> = {
  path: "/v2.0/security-groups",
  member: "security_groups",
  fields: ["id", "name", "project_id"],
  row: securityGroup,
};

/** Keystone's list. */
export const projects: Kind<Named> = { path: "/projects", member: "projects", fields: [], row: named };
/** Nova's list, and one instance by its id. */
export const servers: Kind<Server> = { path: "/servers/detail", member: "servers", fields: [], row: server };
