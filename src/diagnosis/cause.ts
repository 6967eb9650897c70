import type { Facts } from "./facts.js";
import type { Draft } from "./finding.js";
import { clock, count, middle } from "./say.js";

/** A finding that stands for itself, and what it explains. */
export interface Cause {
  root: Draft;
  effects: readonly Draft[];
}

/** From so many on, findings that have something in common are one. */
export const many = 3;
/** Below an etcd that fails, which concerns every host. */
export const heaviest = 890;

/** `20 hosts / 1,400 VMs`. */
export function hostsAndVms(names: readonly string[], facts: Facts): string {
  const vms = facts.datastore.ok ? names.reduce((sum, name) => sum + vmsOn(facts, name), 0) : 0;
  return vms > 0 ? `${count(names.length, "host")} / ${count(vms, "VM")}` : count(names.length, "host");
}

const vmsOn = (facts: Facts, name: string): number => (facts.datastore.ok ? (facts.datastore.value.workloads.get(name) ?? 0) : 0);

/** The middle of what they say: one that is down since last week does not date the others. */
export function sinceOf(drafts: readonly Draft[], now: number): string {
  const at = middle(drafts.flatMap((draft) => (typeof draft.since === "number" ? [draft.since] : [])));
  return at === null ? "" : `, since ${clock(at, now)}`;
}
