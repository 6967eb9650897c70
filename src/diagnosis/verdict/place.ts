import { type Cidr, parseCidr } from "../../calico/cidr.js";
import { located } from "../../calico/verdict/between.js";
import { bare } from "../../calico/verdict/connection.js";
import type { Endpoint } from "../../calico/verdict/endpoint.js";
import type { Model } from "../../calico/verdict/model.js";
import { standIns } from "../../calico/verdict/samples.js";
import { fail } from "../../contract/failure.js";
import { list } from "../say.js";

/** One end of a question: what to call it and the addresses that stand for it. */
export interface Place {
  name: string;
  addresses: readonly Cidr[];
  /** Several addresses stand for a range; false = there are more than were judged. */
  range: boolean;
  whole: boolean;
}

/** Finds the known word that a mistyped one most likely means. */
type Near = (word: string, known: Iterable<string>) => string | null;

/** What a word means: `internet`, a prefix, an address, or an endpoint by name, instance id or port id. */
export function placeOf(model: Model, word: string, near: Near): Place {
  const range = word.toLowerCase() === "internet" ? parseCidr("0.0.0.0/0") : parseCidr(word);
  if (range === null) return endpointPlace(model, word, near);
  if (!isSingle(range)) {
    const { addresses, whole } = standIns(model, range, word.toLowerCase() === "internet");
    return { name: word, addresses, range: true, whole };
  }
  const { endpoint } = located(model, range);
  const name = endpoint ? nameOf(endpoint) : "";
  return { name: name === "" ? bare(range) : name, addresses: [range], range: false, whole: true };
}

/** What a word means as a whole, to be judged at once and not by what stands for it. `outside` = the internet only. */
export function wholeOf(model: Model, word: string, near: Near): { name: string; nets: readonly Cidr[]; outside: boolean } {
  const outside = word.toLowerCase() === "internet";
  const range = parseCidr(outside ? "0.0.0.0/0" : word);
  const place = range === null || isSingle(range) ? placeOf(model, word, near) : null;
  return { name: place?.name ?? word, nets: place?.addresses ?? (range ? [range] : []), outside };
}

const isSingle = ({ bits, family }: Cidr): boolean => bits === (family === 4 ? 32 : 128);

/** The first part of its name in DNS, or a host interface's name; "" = it has none. */
const nameOf = ({ kind, fqdn, name }: Endpoint): string => (kind === "host" ? name : (fqdn.split(".")[0] ?? ""));

function endpointPlace({ endpoints }: Model, word: string, near: Near): Place {
  const wanted = word.toLowerCase();
  const found = endpoints.filter(({ id, name, instance, port, fqdn }) => {
    const host = fqdn.toLowerCase();
    return [id, name, instance, port].includes(word) || (host !== "" && (host === wanted || host.split(".")[0] === wanted));
  });
  const [only] = found;
  if (!only) throw unknown(endpoints, word, near);
  if (found.length > 1) {
    const ports = found.map(({ port, name, addresses }) => `${port || name} (${addresses[0] ? bare(addresses[0]) : "no address"})`);
    throw fail("ambiguous", `${found.length} endpoints are \`${word}\`: ${list(ports, 4)}`, {
      hint: "say which one by its port id or address",
    });
  }
  if (only.addresses.length === 0) throw fail("not_found", `\`${word}\` has no address in etcd`, { hint: "give an address" });
  const name = nameOf(only);
  return { name: name === "" ? word.slice(0, 253) : name, addresses: only.addresses, range: false, whole: true };
}

function unknown(endpoints: readonly Endpoint[], word: string, near: Near): Error {
  const known = endpoints.slice(0, 5000).flatMap(({ port, instance, fqdn }) => [port, instance, fqdn.split(".")[0] ?? ""]);
  const meant = near(word, new Set(known.filter((one) => one !== "")));
  const hint = meant === null ? "give a name, a port id, an instance id, an address, a CIDR or `internet`" : `did you mean \`${meant}\`?`;
  return fail("not_found", `no endpoint is \`${word.slice(0, 253)}\``, { hint });
}

/** The addresses of both ends that can be a connection: of one family, the first that both have for endpoints, all for ranges. */
export function pairs(from: Place, to: Place): { src: Cidr; dst: Cidr }[] {
  const family = ([4, 6] as const).find((one) => [from, to].every(({ addresses }) => addresses.some((address) => address.family === one)));
  const of = ({ addresses, range }: Place): Cidr[] => {
    const fitting = addresses.filter((address) => address.family === family);
    return range ? fitting : fitting.slice(0, 1);
  };
  return of(from).flatMap((src) => of(to).map((dst) => ({ src, dst })));
}
