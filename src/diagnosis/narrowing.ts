import { nameOf } from "../cluster/inventory.js";
import type { Facts } from "./facts.js";
import type { Finding } from "./finding.js";
import { linksOf } from "./links.js";

/** What somebody asked for: one host, one far end, both, or neither. */
export interface Narrowing {
  node: string | null;
  /** Host name, or the address of a router that is not in the config. */
  peer: string | null;
}

/** Every name that can be a far end: hosts, and addresses that sessions lead to. */
export function farEndNames(facts: Facts): string[] {
  return [...new Set([...facts.hosts.map(({ name }) => name), ...linksOf(facts).flatMap(({ ends }) => ends)])];
}

/** The far end that was typed, by name or address; null = there is no such end. */
export function farEndNamed(facts: Facts, typed: string): string | null {
  const name = nameOf(facts.hosts, typed);
  return farEndNames(facts).find((end) => end === name) ?? null;
}

/** Whether a finding is about what was asked for: the session itself, or a host at one of its ends. */
export function concerns({ id }: Finding, { node, peer }: Narrowing, ends: ReadonlySet<string>): boolean {
  if (peer === null) return true;
  const subject = id.slice(id.indexOf(":") + 1);
  if (!id.startsWith("bgp:")) return node === null ? ends.has(subject) || subject === peer : subject === node || subject === peer;
  const touched = subject.split("~");
  return touched.includes(peer) && (node === null || touched.includes(node));
}
