import { byteOrder } from "../byte-order.js";
import type { Endpoint } from "../verdict/endpoint.js";
import type { Model } from "../verdict/model.js";

/**
 * The second snapshot on the endpoints, network sets and profiles of the first, if it has the same ones: then only policies can have
 * changed, and what was sorted for the first serves both. Otherwise the second as it is.
 */
export function aligned(before: Model, after: Model): Model {
  if (before.owners === after.owners || !isAlike(before, after)) return after;
  const { endpoints, index, at, floatingAt, owners, networkSets, felix, profiles } = before;
  return { ...after, endpoints, index, at, floatingAt, owners, networkSets, felix, profiles };
}

function isAlike(a: Model, b: Model): boolean {
  if (a.endpoints.length !== b.endpoints.length || a.networkSets.length !== b.networkSets.length || a.incomplete !== b.incomplete)
    return false;
  const there = new Map(b.endpoints.map((endpoint) => [`${endpoint.kind} ${endpoint.id}`, endpoint]));
  const endpoints = a.endpoints.every((one) => {
    const other = there.get(`${one.kind} ${one.id}`);
    return other !== undefined && text(one) === text(other);
  });
  return endpoints && setsText(a) === setsText(b) && json([a.felix, [...a.profiles]]) === json([b.felix, [...b.profiles]]);
}

const json = (value: unknown): string => JSON.stringify(value, (_, one: unknown) => (typeof one === "bigint" ? String(one) : one));

function text({ labels, addresses, floating, gateways, profiles, ports, node, orchestrator, fqdn }: Endpoint): string {
  const texts = (all: Endpoint["addresses"]): string => all.map((one) => one.text).join();
  const nats = floating.map(({ external, internal }) => `${external.text}=${internal.text}`).join();
  return JSON.stringify([node, orchestrator, fqdn, texts(addresses), nats, texts(gateways), profiles, ports, labelsText(labels)]);
}

const labelsText = (labels: Endpoint["labels"]): string[] =>
  Object.entries(labels)
    .map((one) => JSON.stringify(one))
    .toSorted(byteOrder);

const setsText = ({ networkSets }: Model): string =>
  networkSets
    .map(({ owner, nets }) => JSON.stringify([labelsText(owner.labels), nets.map((one) => one.text)]))
    .toSorted(byteOrder)
    .join();
