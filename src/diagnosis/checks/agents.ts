import type { NeutronAgent } from "../../cluster/openstack.js";
import type { Check, Facts } from "../facts.js";
import { type Draft, finding } from "../finding.js";
import { ago } from "../say.js";

/** Neutron's view of the hosts. Where it disagrees with felix' own key, both are shown. */
export const agents: Check = (facts) => {
  if (facts.openstack === null) return [];
  if (!facts.openstack.ok) {
    return [finding({ id: "neutron:", light: "bad", text: `Neutron could not be asked: ${facts.openstack.failure.message}`, weight: 200 })];
  }
  const { agents: rows, visible, roles } = facts.openstack.value;
  if (!visible) {
    const text = `the bot's OpenStack user may not see agents (roles: ${roles.join(", ") || "none"})`;
    return [
      finding({
        id: "neutron:",
        light: "unknown",
        text,
        detail: ["Neutron answers such a user with an empty list; give it a role that may list agents"],
      }),
    ];
  }
  const felix = rows.filter((row) => row.binary === "calico-felix");
  return facts.hosts.filter((host) => host.felix && !host.maintenance).flatMap((host) => hostFinding(facts, host.name, felix));
};

function hostFinding(facts: Facts, host: string, rows: readonly NeutronAgent[]): Draft[] {
  const row = rows.find((agent) => agent.host === host);
  const about = { id: `agent:${host}`, hosts: [host] };
  if (!row)
    return [
      finding({
        ...about,
        light: "warn",
        text: `Neutron has no felix agent for ${host}`,
        detail: ["ports cannot be bound there"],
        alike: "have no felix agent in Neutron",
      }),
    ];
  const age = row.heartbeatAt === null ? null : facts.at - row.heartbeatAt;
  const said = age === null ? "" : `, last heartbeat ${ago(age)} ago`;
  if (!row.alive) {
    const felix = facts.datastore.ok ? facts.datastore.value.felix.get(host) : undefined;
    const fresh = felix !== undefined && felix.alive !== null;
    const detail = fresh ? ["felix' own key is fresh: the Neutron server or its message bus is the suspect, not felix"] : [];
    return [
      finding({
        ...about,
        light: "bad",
        text: `Neutron calls felix on ${host} dead${said}`,
        detail,
        alike: "have a felix that Neutron calls dead",
      }),
    ];
  }
  if (!row.adminUp) return [finding({ ...about, light: "warn", text: `the felix agent of ${host} is administratively down in Neutron` })];
  if (age === null || age <= facts.thresholds.agentLate) return [];
  return [
    finding({
      ...about,
      light: "warn",
      text: `Neutron still calls felix on ${host} alive${said}`,
      detail: ["it stays so until agent_down_time has passed"],
      alike: "have a felix whose heartbeat to Neutron is late",
    }),
  ];
}
