import { createHash, timingSafeEqual } from "node:crypto";

/** Keys by address, from the text of a known_hosts file (`addr[,addr…] type base64`; hashed names are not read). */
export function parseKnownHosts(text: string): ReadonlyMap<string, Buffer[]> {
  const known = new Map<string, Buffer[]>();
  for (const line of text.split("\n")) {
    const [names, , key] = line.trim().split(/\s+/);
    if (!names || !key || names.startsWith("#") || names.startsWith("@")) continue;
    for (const name of names.split(",")) known.set(name, [...(known.get(name) ?? []), Buffer.from(key, "base64")]);
  }
  return known;
}

/** Whether a presented key is one of those known for the host. */
export function isKnown(keys: readonly Buffer[], presented: Buffer): boolean {
  return keys.some((key) => key.length === presented.length && timingSafeEqual(key, presented));
}

/** As OpenSSH prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;
}
