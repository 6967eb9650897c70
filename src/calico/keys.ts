import { type Kind, kindPrefix, kinds } from "./kinds.js";
import { vmNamespace } from "./names.js";

/** Where an object lies, read off its etcd key. */
export interface Place {
  key: string;
  /** Null = a global kind. */
  namespace: string | null;
  name: string;
}

/** The namespace and name in the key of an object of a kind; null when the key is of another form. */
export function placeOf(kind: Kind, key: string): Place | null {
  const prefix = kindPrefix(kind);
  if (!key.startsWith(prefix)) return null;
  const rest = key.slice(prefix.length).split("/");
  const [first = "", second = ""] = rest;
  if (!kind.namespaced) return rest.length === 1 && first !== "" ? { key, namespace: null, name: first } : null;
  return rest.length === 2 && first !== "" && second !== "" ? { key, namespace: first, name: second } : null;
}

const byPlural: ReadonlyMap<string, Kind> = new Map(kinds.map((kind) => [kind.plural, kind]));

/** What object lies under a key, with its kind; null = none of Calico's API. */
export function objectAt(key: string): { kind: Kind; place: Place } | null {
  const kind = byPlural.get(key.split("/")[5] ?? "");
  const place = kind === undefined ? null : placeOf(kind, key);
  return kind === undefined || place === null ? null : { kind, place };
}

const statusKey = /^\/calico\/felix\/v2\/([^/]+)\/host\/([^/]+)\/status$/;

/** The host whose felix says under a key that it lives, with its region; null = another key. */
export function felixAt(key: string): { region: string; host: string } | null {
  const [, region, host] = statusKey.exec(key) ?? [];
  return region === undefined || host === undefined ? null : { region, host };
}

/** Below it lies what felix reports about the hosts of a region. */
export const felixHosts = (region: string): string => `/calico/felix/v2/${region}/host/`;

/** Below it lies what felix reports about one host. */
export const felixHost = (region: string, host: string): string => `${felixHosts(region)}${host}/`;

/** A VM port as felix names it. */
export interface PortPlace {
  host: string;
  /** Nova's instance. */
  instance: string;
  /** Neutron's port. */
  port: string;
}

/** felix' state of a VM port: `{"status":"up"}`. The workload is `<namespace>/<instance>`, its slash escaped. */
export function portStateKey(region: string, { host, instance, port }: PortPlace): string {
  return `${felixHost(region, host)}workload/openstack/${vmNamespace(region)}%2f${instance}/endpoint/${port}`;
}

/** Held, with a lease, by the Neutron server that is master. */
export const electionKey = (region: string): string => `/calico/openstack/v2/${region}/neutron_election`;
