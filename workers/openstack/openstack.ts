import { z } from "zod";
import { type Ask, answer } from "../../src/cluster/ask.js";
import type { AgentList, Listed, OpenStack, PortFilter, Server, Wanted } from "../../src/cluster/openstack.js";
import type { OpenStackConfig } from "../../src/config/valid.js";
import { createCli } from "./cli.js";
import { byIds, list } from "./list.js";
import { createRecentPorts } from "./recent.js";
import { bodyOf } from "./reply.js";
import * as kinds from "./rows.js";
import { createSession, type Session } from "./session.js";

type Where = readonly (readonly [string, string])[];

/** OpenStack as a worker sees it; close() ends what runs and removes the files with secrets. */
export interface OpenStackRunner extends OpenStack {
  close(): void;
}

/** Keystone, Neutron and Nova by REST, with a cached token instead of a second of CPU for every question; the program only for people's own words. */
export function createOpenStack(config: OpenStackConfig): OpenStackRunner {
  const session = createSession(config);
  const cli = createCli(config);
  const recent = createRecentPorts(session);
  const neutron = <T>(kind: kinds.Kind<T>, ask: Ask, where: Where, ids?: readonly string[]): Promise<Listed<T>> => {
    const question = { service: "network" as const, kind, where };
    return ids === undefined ? list(session, question, ask) : byIds(session, { ...question, ids }, ask);
  };
  return {
    agents: (ask) => answer(ask, () => agents(session, ask)),
    ports: (filter, ask) =>
      answer(ask, () =>
        filter.changedSince === undefined
          ? neutron(kinds.ports, ask, portWords(filter), filter.ids)
          : recent(portWords(filter), filter.changedSince, ask),
      ),
    networks: (wanted, ask) => answer(ask, () => neutron(kinds.networks, ask, nameWords(wanted), wanted.ids)),
    subnets: (wanted, ask) => answer(ask, () => neutron(kinds.subnets, ask, nameWords(wanted), wanted.ids)),
    securityGroups: (wanted, ask) => answer(ask, () => neutron(kinds.securityGroups, ask, nameWords(wanted), wanted.ids)),
    floatingIps: ({ address, portId }, ask) =>
      answer(ask, () => neutron(kinds.floatingIps, ask, said({ floating_ip_address: address, port_id: portId }))),
    projects: (wanted, ask) => answer(ask, () => projects(session, wanted, ask)),
    servers: (wanted, ask) => answer(ask, () => servers(session, wanted, ask)),
    cli: (words, ask) => answer(ask, () => cli.read(words, ask)),
    close: () => cli.close(),
  };
}

async function agents(session: Session, ask: Ask): Promise<AgentList> {
  const { rows } = await list(session, { service: "network", kind: kinds.agents, where: [] }, ask);
  const { roles } = await session.login(ask);
  // A list that holds something was allowed to be seen, whatever the roles are called here.
  return { agents: rows, visible: rows.length > 0 || roles.includes("admin"), roles };
}

async function projects(
  session: Session,
  wanted: { id: string } | { name: string },
  ask: Ask,
): Promise<Listed<{ id: string; name: string }>> {
  if ("name" in wanted) return list(session, { service: "identity", kind: kinds.projects, where: [["name", wanted.name]] }, ask);
  const reply = await session.get("identity", `/projects/${encodeURIComponent(wanted.id)}`, ask);
  if (reply.status === 404) return { rows: [], complete: true };
  const { project } = bodyOf(reply, z.object({ project: kinds.projects.row }), "Keystone");
  return { rows: [project], complete: true };
}

async function servers(session: Session, wanted: { id: string } | { name: string }, ask: Ask): Promise<Listed<Server> | null> {
  if (!(await session.serves("compute", ask))) return null;
  if ("id" in wanted) {
    const reply = await session.get("compute", `/servers/${encodeURIComponent(wanted.id)}`, ask);
    if (reply.status === 404) return { rows: [], complete: true };
    return { rows: [bodyOf(reply, z.object({ server: kinds.servers.row }), "Nova").server], complete: true };
  }
  const { roles } = await session.login(ask);
  // Nova takes the name for a pattern, and refuses a plain member who asks beyond the own project.
  const name = `^${wanted.name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`;
  const where: Where = [["name", name], ...(roles.includes("admin") ? [["all_tenants", "1"] as const] : [])];
  const found = await list(session, { service: "compute", kind: kinds.servers, where }, ask);
  return { ...found, rows: found.rows.filter((row) => row.name === wanted.name) };
}

function portWords({ address, deviceId, host, name, projectId, networkId }: PortFilter): Where {
  return said({
    fixed_ips: address === undefined ? undefined : `ip_address=${address}`,
    device_id: deviceId,
    "binding:host_id": host,
    name,
    project_id: projectId,
    network_id: networkId,
  });
}

const nameWords = ({ name }: Wanted): Where => said({ name });

function said(words: Readonly<Record<string, string | undefined>>): Where {
  return Object.entries(words).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}
