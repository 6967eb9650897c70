import type { Endpoint } from "../../calico/verdict/endpoint.js";
import type { Hits } from "../../calico/verdict/hits.js";
import { count } from "../say.js";

/** As tables tell it: `4 VM ports, 1 network set`. */
export function hitsText(hits: Hits | null): string {
  if (hits === null) return "anything";
  const size = sizeOf(hits.endpoints);
  const sets = hits.sets.length > 0 ? [count(hits.sets.length, "network set")] : [];
  const known = [...(size === "nothing" ? [] : [size]), ...sets].join(", ");
  if (!hits.open) return known === "" ? "nothing" : known;
  return known === "" ? "addresses outside" : `addresses, ${known} among them`;
}

/** `4 VM ports, 1 host interface`. */
export function sizeOf(endpoints: readonly Endpoint[]): string {
  const vms = endpoints.filter(({ kind }) => kind === "workload").length;
  const hosts = endpoints.length - vms;
  const parts = [...(vms > 0 ? [count(vms, "VM port")] : []), ...(hosts > 0 ? [count(hosts, "host interface")] : [])];
  return parts.join(", ") || "nothing";
}
