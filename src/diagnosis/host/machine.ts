import { type Finding, finding } from "../finding.js";
import { ago, count, list } from "../say.js";
import { endOf } from "./felix.js";
import type { HostFacts } from "./gather.js";

/** The machine itself: reachable, forwarding, with room for connections, its clock right, nothing failed. */
export function machineFindings(facts: HostFacts): Finding[] {
  const { host, machine } = facts;
  const id = `host:${host.name}`;
  if (machine === null) return [];
  if (!machine.ok) {
    const { code, message } = machine.failure;
    return [finding({ id, ...(silences[code] ?? { light: "unknown", text: "it could not be asked" }), detail: [message], weight: 100 })];
  }
  const { units } = machine.value;
  const none = units === null ? [finding({ id: `units:${host.name}`, light: "unknown", text: "systemd did not say what runs there" })] : [];
  return [...none, ...failedUnits(facts), ...forwarding(facts), ...conntrack(facts), ...clock(facts)];
}

const silences: Readonly<Record<string, Pick<Finding, "light" | "text">>> = {
  unreachable: { light: "bad", text: "it does not answer SSH" },
  timeout: { light: "warn", text: "it is slow over SSH" },
};

const shownElsewhere = new Set(["calico-felix", "bird", "bird6"]);

function failedUnits({ host, machine }: HostFacts): Finding[] {
  const units = machine?.ok ? (machine.value.units ?? []) : [];
  return units
    .filter((unit) => unit.state === "failed" && !shownElsewhere.has(unit.name))
    .map((unit) => finding({ id: `unit:${unit.name}:${host.name}`, light: "bad", text: `${unit.name} has failed (${endOf(unit)})` }));
}

function forwarding({ host, machine }: HostFacts): Finding[] {
  if (!machine?.ok || host.role !== "compute" || machine.value.forwarding.v4 !== false) return [];
  const detail = ["the host itself reaches its VMs, so nothing else looks wrong", "`sysctl -w net.ipv4.ip_forward=1`, and in sysctl.d"];
  return [
    finding({ id: `forward:${host.name}`, light: "bad", text: "ip_forward is 0: no VM gets out and none is reached", detail, weight: 80 }),
  ];
}

function conntrack({ host, machine }: HostFacts): Finding[] {
  const table = machine?.ok ? machine.value.conntrack : null;
  if (!table || table.count < table.max * 0.9) return [];
  const text = `conntrack is ${Math.round((table.count / table.max) * 100)} % full: new connections will be dropped`;
  return [finding({ id: `conntrack:${host.name}`, light: "warn", text, detail: ["raise nf_conntrack_max"] })];
}

function clock({ host, birds, cluster }: HostFacts): Finding[] {
  const reading = birds.get(host.name);
  const offset = reading?.ok ? reading.value.clockOffset : null;
  if (offset === null || Math.abs(offset) <= cluster.thresholds.clockSkew) return [];
  return [
    finding({ id: `clock:${host.name}`, light: "warn", text: `its clock is ${ago(Math.abs(offset))} ${offset > 0 ? "ahead" : "behind"}` }),
  ];
}

/** Ports that belong here against what felix says of them and the devices that are there. */
export function portFindings({ host, records, machine }: HostFacts): Finding[] {
  if (!records.ok) return [];
  const { ports, statuses, alive } = records.value;
  const id = `ports:${host.name}`;
  const not = ports.filter((port) => statuses.has(port) && statuses.get(port) !== "up");
  const untold = alive === null ? [] : ports.filter((port) => !statuses.has(port));
  const found: Finding[] = [];
  if (not.length > 0) {
    const detail = [
      list(
        not.map((port) => `${port} ${statuses.get(port)}`),
        4,
      ),
    ];
    found.push(
      finding({ id, light: "bad", text: `${count(not.length, "port")} of ${ports.length} not up by felix`, detail, weight: not.length }),
    );
  }
  if (untold.length > 0 && host.felix)
    found.push(
      finding({
        id: `untold:${host.name}`,
        light: "warn",
        text: `felix says nothing about ${count(untold.length, "port")} of ${ports.length}`,
        detail: [list(untold, 4)],
      }),
    );
  const taps = machine?.ok ? machine.value.taps : null;
  const lacking = taps === null ? [] : ports.filter((port) => ![...taps.up, ...taps.down].includes(`tap${port.slice(0, 11)}`));
  if (lacking.length > 0)
    found.push(
      finding({
        id: `taps:${host.name}`,
        light: "warn",
        text: `${count(lacking.length, "port")} without a tap device there`,
        detail: [list(lacking, 4)],
      }),
    );
  return found;
}
