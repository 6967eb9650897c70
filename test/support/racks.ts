import type { Host } from "../../src/cluster/inventory.js";
import type { Facts } from "../../src/diagnosis/facts.js";
import { healthy, host, now, reading, session } from "./facts.js";

/** Racks and computes of a cloud of the size that people are on call for. */
const racks = 15;
const perRack = 20;
const vms = 70;

export type Broken = "none" | "rack" | "one ToR" | "both ToRs" | "felix of a rack" | "BIRD here and there";

/** 300 computes in 15 racks, each with a session to both ToRs of its rack, broken in one way. */
export function cloud(broken: Broken): Facts {
  const facts = healthy();
  const hosts: Host[] = [];
  const birds: Facts["birds"] & Map<string, unknown> = new Map();
  const felix = new Map();
  const agents = [];
  const workloads = new Map<string, number>();
  for (let rack = 1; rack <= racks; rack++) {
    for (const side of [1, 2])
      hosts.push({ ...host(`tor-r${rack}-${side === 1 ? "a" : "b"}`, `10.255.${rack}.${side}`, "network"), rack: `r${rack}`, ssh: false });
    for (let i = 1; i <= perRack; i++) {
      const name = `compute-${rack}-${i}`;
      hosts.push({ ...host(name, `10.0.${rack}.${i}`), rack: `r${rack}` });
      const gone = broken === "rack" && rack === 12;
      birds.set(name, gone ? silent(name) : birdOf(broken, rack, i));
      const quiet = gone || (broken === "felix of a rack" && rack === 12);
      felix.set(name, { alive: quiet ? null : now - 5000, last: now - (quiet ? 960_000 : 5000), uptime: 9 });
      agents.push({ ...agentOf(name), alive: !gone });
      workloads.set(name, vms);
    }
  }
  const datastore = facts.datastore.ok ? { ok: true as const, value: { ...facts.datastore.value, felix, workloads } } : facts.datastore;
  return { ...facts, cluster: "eu1", hosts, birds, datastore, openstack: { ok: true, value: { agents, visible: true, roles: ["admin"] } } };
}

function silent(name: string) {
  return { ok: false as const, failure: { code: "unreachable" as const, message: `${name} gave no sign of life in 3 s` } };
}

function birdOf(broken: Broken, rack: number, i: number) {
  if (broken === "BIRD here and there" && i === 1 && rack <= 5)
    return { ok: true as const, value: { daemons: [], silent: [{ family: 4 as const, how: "hung" as const, text: "" }], clockOffset: 0 } };
  const here = rack === 12;
  const lost = { established: false, state: "start", bgp: "Active", error: "Hold timer expired", sinceAt: now - 972_000 };
  const first = here && (broken === "one ToR" || broken === "both ToRs");
  const second = here && broken === "both ToRs";
  return reading(session(`10.255.${rack}.1`, first ? lost : {}), session(`10.255.${rack}.2`, second ? lost : {}));
}

function agentOf(name: string) {
  const type = "Calico per-host agent (felix)";
  return { id: name, type, binary: "calico-felix", host: name, adminUp: true, heartbeatAt: now - 4000 };
}
