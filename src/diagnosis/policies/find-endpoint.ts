import { parseCidr } from "../../calico/cidr.js";
import { type FailureError, fail } from "../../contract/failure.js";
import { list } from "../say.js";
import type { Endpoint, PolicyFacts } from "./facts.js";

/** The endpoints that a word means: by port id, instance id, address, name in DNS, or the endpoint's own name. */
export function findEndpoints({ endpoints }: PolicyFacts, word: string): Endpoint[] {
  const address = parseCidr(word);
  const wanted = word.toLowerCase();
  return endpoints.filter((endpoint) => {
    if (address) return endpoint.addresses.some((one) => parseCidr(one)?.text === address.text);
    const { name, instance, port, fqdn } = endpoint;
    const host = fqdn?.replace(/\.$/, "").toLowerCase();
    return [name, instance, port].includes(word) || host === wanted || (host !== undefined && host.split(".")[0] === wanted);
  });
}

/** Finds the known word that a mistyped one most likely means. */
type Near = (word: string, known: Iterable<string>) => string | null;

/** The one endpoint, or the reason why there is not exactly one, with what to type instead. */
export function oneEndpoint(facts: PolicyFacts, word: string, near: Near): Endpoint {
  const found = findEndpoints(facts, word);
  const [only] = found;
  if (!only) throw unknown(facts, word, near);
  if (found.length === 1) return only;
  const ports = found.map(({ port, name, addresses, node }) => `${port || name} (${addresses[0] ?? "no address"} on ${node})`);
  throw fail("ambiguous", `${found.length} endpoints are \`${word}\`: ${list(ports, 4)}`, {
    hint: `say which one: \`policies ${only.port || only.name}\``,
  });
}

function unknown({ endpoints, cluster }: PolicyFacts, word: string, near: Near): FailureError {
  const message = `no endpoint of ${cluster} is \`${word.slice(0, 253)}\``;
  if (parseCidr(word)) return fail("not_found", message, { hint: "`pools` shows which addresses VMs have" });
  const known = endpoints.slice(0, 5000).flatMap(({ port, instance, name, kind }) => (kind === "vm" ? [port, instance] : [name]));
  const meant = near(word, new Set(known));
  const hint =
    meant === null ? "give a port id, an instance id, an address, or the name of a HostEndpoint" : `did you mean \`policies ${meant}\`?`;
  return fail("not_found", message, { hint });
}
