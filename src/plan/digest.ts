import { createHash } from "node:crypto";
import type { Guard } from "../contract/plan.js";
import { uncounted } from "./uncounted.js";

/** sha256 over what a change does to traffic by groups, and over what forbids it; hex. Counts and single VMs do not count. */
export function trafficDigest(groups: readonly string[], guards: readonly Guard[]): string {
  const blocking = guards.flatMap(({ severity, text }) => (severity === "blocking" ? [uncounted(text)] : []));
  const parts = [groups, blocking].map((one) => [...new Set(one)].toSorted());
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
