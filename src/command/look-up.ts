import { nearest } from "../contract/nearest.js";
import { bare, canonical } from "../diagnosis/address.js";

/** The names that a command may have. */
export type Named = Pick<ReadonlyMap<string, unknown>, "has" | "keys">;

/**
 * What a single word asks for that is no command: an address, a host of the config, or anything else that has a name.
 * Null = it is none of them, or so near to a command that a slip is likelier.
 */
export function lookUp(word: string, commands: Named, hosts: readonly string[]): string[] | null {
  if (/^[-@#!/]/.test(word) || commands.has(word.toLowerCase())) return null;
  const address = bare(word);
  if (canonical(address) !== null) return commands.has("ip") ? ["ip", address] : null;
  if (isPrefix(word)) return commands.has("routes") ? ["routes", word] : null;
  const host = hosts.find((name) => name.toLowerCase() === word.toLowerCase());
  if (host !== undefined) return [commands.has("host") ? "host" : "bgp", host];
  if (!commands.has("find") || nearest(word, commands.keys()) !== null) return null;
  return ["find", word];
}

const isPrefix = (word: string): boolean => /\/\d{1,3}$/.test(word) && canonical(word.replace(/\/\d+$/, "")) !== null;
