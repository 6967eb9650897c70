import type { Check } from "../facts.js";
import { finding } from "../finding.js";

/** calicoctl itself: there, answering, and of the cluster's version. */
export const tools: Check = (facts) => {
  if (facts.calicoctl === null) return [];
  if (!facts.calicoctl.ok)
    return [finding({ id: "calicoctl:", light: "unknown", text: `calicoctl could not be asked: ${facts.calicoctl.failure.message}` })];
  const { client, cluster } = facts.calicoctl.value;
  const plain = (version: string): string => version.replace(/^v/, "").split("-")[0] ?? "";
  if (cluster === null || plain(cluster) === plain(client)) return [];
  const detail = ["calicoctl refuses every datastore command then; install the cluster's version"];
  return [finding({ id: "calicoctl:", light: "warn", text: `calicoctl is ${client}, the cluster says ${cluster}`, detail })];
};
