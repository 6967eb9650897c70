import type { Check, Facts } from "../facts.js";
import { type Draft, finding } from "../finding.js";
import { ago, count } from "../say.js";

/** Felix by its keys in etcd: the leased one says it lives, the other when it was last heard of. */
export const felix: Check = (facts) => {
  if (!facts.datastore.ok) return [];
  const expected = facts.hosts.filter((host) => host.felix && !host.maintenance);
  return [...expected.flatMap((host) => hostFinding(facts, host.name)), ...strangers(facts)];
};

function hostFinding(facts: Facts, host: string): Draft[] {
  if (!facts.datastore.ok) return [];
  const keys = facts.datastore.value.felix.get(host);
  const vms = facts.datastore.value.workloads.get(host) ?? 0;
  const about = { id: `felix:${host}`, hosts: [host], weight: vms };
  const still = [`running connections go on; new VMs and policy changes do not reach ${vms > 0 ? count(vms, "VM") : "it"} there`];
  if (!keys)
    return [
      finding({
        ...about,
        light: "bad",
        text: `felix on ${host} has never reported to etcd`,
        detail: still,
        alike: "have a felix that never reported to etcd",
      }),
    ];
  if (keys.alive === null) {
    const last = keys.last === null ? "" : `, last heard of ${ago(facts.datastore.value.at - keys.last)} ago`;
    const text = `felix on ${host} is silent: its key has expired${last}`;
    return [finding({ ...about, light: "bad", text, detail: still, alike: "have a silent felix (its key has expired)", since: keys.last })];
  }
  const age = facts.datastore.value.at - keys.alive;
  if (age <= facts.thresholds.felixKeyLate) return [];
  return [
    finding({
      ...about,
      light: "warn",
      text: `felix on ${host} is late: its key is ${ago(age)} old`,
      detail: ["late reports come from a slow etcd or clocks that differ"],
      alike: "have a felix whose key is late",
    }),
  ];
}

function strangers(facts: Facts): Draft[] {
  if (!facts.datastore.ok) return [];
  const known = new Set(facts.hosts.map((host) => host.name));
  const unknown = [...facts.datastore.value.felix].filter(([name, keys]) => !known.has(name) && keys.alive !== null).map(([name]) => name);
  if (unknown.length === 0) return [];
  const text = `${count(unknown.length, "host")} with a live felix not in config: ${unknown.slice(0, 5).join(", ")}`;
  return [
    finding({
      id: "strangers:",
      light: "warn",
      text,
      detail: ["felix and Neutron must use byte-identical host names; add it to the config or mend the name"],
      hosts: unknown,
    }),
  ];
}
