import { type Cidr, contains } from "../cidr.js";
import { matches } from "../selector/evaluate.js";
import type { Endpoint } from "./endpoint.js";
import type { Entity } from "./entity.js";
import type { Model } from "./model.js";

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
    (nets === null || nets.some((net) => contains(net, address))) &&
    // A rule that excludes nets of one family is none for the other.
    (notNets.length === 0 || notNets.some(({ family }) => family === address.family)) &&
    !notNets.some((net) => contains(net, address));
  const labelled = selector === null ? model.endpoints : model.index.select(selector);
  const endpoints = labelled.filter(
    ({ labels, addresses }) =>
      (notSelector === null || !matches(notSelector, labels)) &&
      ((nets === null && notNets.length === 0) || addresses.some((address) => wanted(address))),
  );
  const sets = selector === null ? [] : model.networkSets.filter(({ owner }) => matches(selector, owner.labels)).map(({ name }) => name);
  return { endpoints, sets, open: selector === null };
}
