import { type Cidr, contains } from "../../calico/cidr.js";
import { matches } from "../../calico/selector/evaluate.js";
import type { Endpoint } from "../../calico/verdict/endpoint.js";
import type { Entity } from "../../calico/verdict/entity.js";
import type { Model } from "../../calico/verdict/model.js";
import { count } from "../say.js";

/** What one end of a rule is about, as far as it is known to Calico. */
export interface Hits {
  endpoints: readonly Endpoint[];
  /** Names of network sets. */
  sets: readonly string[];
  /** It is about addresses that nothing known has, too. */
  open: boolean;
}

/** What in the cluster one end of a rule is about; null = anything, since it asks for neither address nor labels. */
export function hitsOf(model: Model, { nets, notNets, selector, notSelector }: Entity): Hits | null {
  if (nets === null && notNets.length === 0 && selector === null && notSelector === null) return null;
  const wanted = (address: Cidr): boolean =>
    (nets === null || nets.some((net) => contains(net, address))) && !notNets.some((net) => contains(net, address));
  const labelled = selector === null ? model.endpoints : model.index.select(selector);
  const endpoints = labelled.filter(
    ({ labels, addresses }) =>
      (notSelector === null || !matches(notSelector, labels)) &&
      ((nets === null && notNets.length === 0) || addresses.some((address) => wanted(address))),
  );
  const sets = selector === null ? [] : model.networkSets.filter(({ owner }) => matches(selector, owner.labels)).map(({ name }) => name);
  return { endpoints, sets, open: selector === null };
}

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
