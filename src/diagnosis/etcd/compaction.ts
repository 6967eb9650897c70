import type { Snapshot } from "../../cluster/etcd.js";
import { type Finding, finding } from "../finding.js";

/** Who compacts etcd, and how far back its history goes. Source: the keys of Neutron's driver. */
export interface Compaction {
  /** The revision that Neutron last had compacted; 0 = never yet; null = there is no such key, or it holds no number. */
  last: number | null;
  /** Its timer is set: the next compaction comes when that lease ends. */
  armed: boolean;
  /** Revisions since. */
  behind: number | null;
}

export const compactionKeys = [{ key: "/calico/compaction/v1/last" }, { key: "/calico/compaction/v1/trigger" }];

/** The snapshot of compactionKeys. */
export function compactionOf({ revision, ranges }: Snapshot): Compaction {
  const [last, trigger] = ranges.map(({ kvs }) => kvs[0]);
  const number = last !== undefined && /^\d+$/.test(last.value.trim()) ? Number(last.value) : null;
  return { last: number, armed: trigger !== undefined, behind: number === null ? null : revision - number };
}

/** Nobody sees to compaction any more, so that etcd grows up to its quota. */
export function checkCompaction({ last, armed }: Compaction): Finding[] {
  if (last === null || armed) return [];
  const detail = [
    "no neutron-server sets its timer; without compaction etcd grows until it refuses writes",
    "neutron.conf [calico] etcd_compaction_period_mins: 0 means off",
  ];
  return [
    finding({ id: "compaction:", light: "warn", text: "nobody is about to compact etcd: the trigger key is gone", detail, weight: 200 }),
  ];
}
