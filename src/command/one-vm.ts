import { type Cidr, parseCidr } from "../calico/cidr.js";
import { vmLabels } from "../calico/resource.js";
import { bare } from "../calico/verdict/connection.js";
import type { Endpoint } from "../calico/verdict/endpoint.js";
import type { Model } from "../calico/verdict/model.js";
import { fail } from "../contract/failure.js";
import { nearest } from "../contract/nearest.js";
import { list } from "../diagnosis/say.js";

/** A VM with the addresses that are its alone. */
export interface OneVm {
  /** The first part of its name in DNS, else its id. */
  called: string;
  instance: string;
  /** Project of all its ports; null = not told. */
  project: string | null;
  addresses: Cidr[];
  /** Addresses and prefixes that it may use and others too. */
  shared: Cidr[];
}

/** The VM that a word means: name, instance id, port id, address or floating address. */
export function oneVm({ endpoints, at }: Pick<Model, "endpoints" | "at">, word: string): OneVm {
  const vms = endpoints.filter(({ kind }) => kind === "workload");
  const found = vms.filter((endpoint) => isCalled(endpoint, word));
  const [first] = found;
  if (first === undefined) throw unknown(vms, word);
  const instances = [...new Set(found.map(({ instance }) => instance))];
  if (instances.length > 1)
    throw fail("ambiguous", `${instances.length} VMs are \`${word}\`: ${list(found.map(described), 4)}`, {
      hint: "say which one by its instance id",
      choices: instances.slice(0, 5).map((id) => ({ label: id.slice(0, 40), line: `isolate ${id}` })),
    });
  const ports = vms.filter(({ instance }) => instance === first.instance);
  const all = new Map(ports.flatMap((port) => port.addresses.map((address) => [address.text, address])));
  const isAlone = (address: Cidr): boolean =>
    address.bits === (address.family === 4 ? 32 : 128) &&
    at.at(address).every(({ of, cidr }) => cidr.text !== address.text || of.instance === first.instance);
  const addresses = [...all.values()].filter(isAlone);
  if (addresses.length === 0) throw fail("not_found", `\`${word}\` has no address of its own in etcd`, { hint: "`vm` tells what it has" });
  return {
    called: first.fqdn.split(".")[0] || first.instance,
    instance: first.instance,
    project: first.labels[vmLabels.projectId] ?? null,
    addresses,
    shared: [...all.values()].filter((address) => !isAlone(address)),
  };
}

function isCalled({ name, instance, port, fqdn, addresses, floating }: Endpoint, word: string): boolean {
  const address = parseCidr(word);
  if (address !== null) return [...addresses, ...floating.map(({ external }) => external)].some(({ text }) => text === address.text);
  const [host, wanted] = [fqdn.toLowerCase(), word.toLowerCase()];
  return [name, instance, port].includes(word) || (host !== "" && (host === wanted || host.split(".")[0] === wanted));
}

const described = ({ instance, addresses, labels }: Endpoint): string =>
  `${instance} (${addresses[0] ? bare(addresses[0]) : "no address"}, project ${labels[vmLabels.projectName] ?? "unknown"})`;

/** Names compared at most. */
const compared = 5000;

function unknown(vms: readonly Endpoint[], word: string): Error {
  const names = vms.slice(0, compared).flatMap(({ instance, fqdn }) => [instance, fqdn.split(".")[0] ?? ""]);
  const meant = nearest(word, new Set(names.filter((name) => name !== "")));
  const hint = meant === null ? "give its name, instance id, port id or an address" : `did you mean \`isolate ${meant}\`?`;
  return fail("not_found", `no VM is \`${word.slice(0, 253)}\``, { hint });
}
