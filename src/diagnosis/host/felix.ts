import type { Unit } from "../../cluster/host.js";
import { type Finding, finding } from "../finding.js";
import { ago } from "../say.js";
import type { HostFacts } from "./gather.js";

/** Felix writes its first key 10 s after a start. */
const grace = 15_000;

/** Felix by its process, its key and Neutron's word for it: three facts that are shown against each other, not averaged. */
export function felixFindings(facts: HostFacts): Finding[] {
  const { host, records } = facts;
  if (!host.felix) return strangers(facts);
  if (!records.ok)
    return [finding({ id: `etcd:${host.name}`, light: "unknown", text: `felix' key could not be read: ${records.failure.message}` })];
  return [...(records.value.alive === null ? silent(facts) : speaking(facts, records.value.alive)), ...neutron(facts, records.value.alive)];
}

/** Its systemd unit; null = not there, or systemd was not asked. */
export function unitNamed({ machine }: HostFacts, name: string): Unit | null {
  return machine?.ok ? (machine.value.units?.find((unit) => unit.name === name) ?? null) : null;
}

function strangers({ host, records }: HostFacts): Finding[] {
  if (!records.ok || records.value.alive === null) return [];
  const text = "felix reports from here, where the config expects none";
  return [finding({ id: `felix:${host.name}`, light: "warn", text, detail: ["set `felix: true` for it in the config"] })];
}

function silent(facts: HostFacts): Finding[] {
  const { host, records, machine } = facts;
  const unit = unitNamed(facts, "calico-felix");
  const last = records.ok ? records.value.last : null;
  const heard = last === null ? "felix never reported to etcd" : `its key has expired, last heard of ${ago(last)} ago`;
  const about = { id: `felix:${host.name}`, light: "bad" as const, weight: 10 };
  if (!unit) return [finding({ ...about, text: last === null ? heard : `felix is silent: ${heard}` })];
  const age = unit.since === null || !machine?.ok || machine.value.now === null ? null : machine.value.now - unit.since;
  if (unit.state === "active" && age !== null && age < grace)
    return [
      finding({
        ...about,
        light: "warn",
        text: `felix started ${ago(age)} ago and has not reported yet`,
        detail: ["its first key comes after 10 s"],
      }),
    ];
  if (unit.state === "active") {
    const detail = [
      "the process is there, so it waits: cut off from etcd, or datastoreReady is false",
      "running connections go on; new VMs and policy changes do not reach it",
    ];
    return [finding({ ...about, text: `the felix unit is active${age === null ? "" : ` since ${ago(age)}`}, but ${heard}`, detail })];
  }
  return [finding({ ...about, text: `felix is ${unit.state} (${endOf(unit)}), ${heard}`, detail: ["rules and routes stay as they were"] })];
}

function speaking(facts: HostFacts, alive: number): Finding[] {
  const { host, cluster } = facts;
  const unit = unitNamed(facts, "calico-felix");
  const about = { id: `felix:${host.name}`, light: "warn" as const };
  if (unit && unit.state === "activating" && unit.exit?.code === 129)
    return [finding({ ...about, text: "felix restarts for a change of its configuration (exit code 129), which is not a crash" })];
  if (unit && unit.state !== "active") {
    const text = `the felix unit is ${unit.state} (${endOf(unit)}), but its key is still there, ${ago(alive)} old`;
    return [
      finding({ ...about, light: "bad", text, detail: ["the key outlives felix by up to 90 s; otherwise a felix runs outside systemd"] }),
    ];
  }
  if (alive <= cluster.thresholds.felixKeyLate) return [];
  return [finding({ ...about, text: `felix is late: its key is ${ago(alive)} old`, detail: ["a slow etcd, or clocks that differ"] })];
}

/** How the main process ended: `exit code 129, a restart for changed configuration`. */
export function endOf({ exit, result }: Unit): string {
  if (exit === null) return result;
  if (exit.signal !== null) return `signal ${exit.signal}`;
  return exit.code === 129 ? "exit code 129, a restart for changed configuration" : `exit code ${exit.code}`;
}

function neutron({ host, agents, at }: HostFacts, alive: number | null): Finding[] {
  if (!agents?.ok || !agents.value.visible) return [];
  const row = agents.value.agents.find((agent) => agent.binary === "calico-felix" && agent.host === host.name);
  const about = { id: `agent:${host.name}` };
  if (!row)
    return [finding({ ...about, light: "warn", text: "Neutron has no felix agent for it", detail: ["ports cannot be bound there"] })];
  const beat = row.heartbeatAt === null ? "" : `, heartbeat ${ago(at - row.heartbeatAt)} ago`;
  if (row.alive && alive === null)
    return [finding({ ...about, light: "warn", text: `Neutron still calls felix alive${beat}, while its key in etcd is gone` })];
  if (!row.alive && alive !== null)
    return [
      finding({
        ...about,
        light: "bad",
        text: `Neutron calls felix dead${beat}, while its key in etcd is fresh`,
        detail: ["the Neutron server, its election or the message bus is the suspect, not felix"],
      }),
    ];
  return row.adminUp ? [] : [finding({ ...about, light: "warn", text: "its felix agent is administratively down in Neutron" })];
}
