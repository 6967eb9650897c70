import { hintOf } from "../../contract/failure.js";
import type { Check } from "../facts.js";
import { finding } from "../finding.js";

/** calicoctl itself: there, answering, and of the cluster's version. */
export const tools: Check = (facts) => {
  if (facts.calicoctl === null) return [];
  if (!facts.calicoctl.ok) {
    const { failure } = facts.calicoctl;
    return [
      finding({ id: "calicoctl:", light: "unknown", text: `calicoctl could not be asked: ${failure.message}`, detail: [hintOf(failure)] }),
    ];
  }
  const { client, cluster } = facts.calicoctl.value;
  if (cluster === null || plain(cluster) === plain(client)) return [];
  const detail = [
    "calicoctl on the worker refuses to read and write objects until the versions agree; BGP, felix and this status are not affected",
    `install calicoctl ${cluster} on the worker, or finish the upgrade of the cluster`,
  ];
  return [finding({ id: "calicoctl:", light: "warn", text: `calicoctl is ${client}, the cluster says ${cluster}`, detail })];
};

/** The part that calicoctl compares: `v3.32.1-0.dev` and `3.32.1` are the same to it. */
const plain = (version: string): string => version.replace(/^v/, "").split("-")[0] ?? "";
