import { createHash, createPublicKey, generateKeyPairSync } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fail } from "../contract/failure.js";

export interface KeyPair {
  privatePem: string;
  publicPem: string;
  fingerprint: string;
}

/** A fresh Ed25519 pair for a bot or a worker to sign with. */
export function generateKeyPair(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519", {
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  return { privatePem: privateKey, publicPem: publicKey, fingerprint: fingerprintOf(publicKey) };
}

/** sha256 of the public key, for people to compare. */
export function fingerprintOf(publicPem: string): string {
  const der = createPublicKey(publicPem).export({ type: "spki", format: "der" });
  return `SHA256:${createHash("sha256").update(der).digest("base64").replace(/=+$/, "")}`;
}

/** Writes NAME.key (0600) and NAME.pub: both or none, and never over one that is there. */
export async function writeKeys(folder: string, name: string): Promise<{ privateFile: string; publicFile: string; fingerprint: string }> {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) throw fail("usage", `\`${name}\` is not a name for a key`, { hint: "worker-eu1, say" });
  const pair = generateKeyPair();
  const [privateFile, publicFile] = [join(folder, `${name}.key`), join(folder, `${name}.pub`)];
  await mkdir(folder, { recursive: true }).catch((error: unknown) => refuse(folder, error));
  await writeFile(publicFile, pair.publicPem, { mode: 0o644, flag: "wx" }).catch((error: unknown) => refuse(publicFile, error));
  await writeFile(privateFile, pair.privatePem, { mode: 0o600, flag: "wx" }).catch(async (error: unknown) => {
    await rm(publicFile, { force: true });
    refuse(privateFile, error);
  });
  return { privateFile, publicFile, fingerprint: pair.fingerprint };
}

function refuse(file: string, cause: unknown): never {
  const { code = "failed" } = cause as NodeJS.ErrnoException;
  if (code === "EEXIST")
    throw fail("conflict", `${file} is there already`, { hint: "choose another name; keys are never overwritten", cause });
  throw fail("usage", `writing ${file}: ${code}`, { hint: "name a folder that you may write to with --dir", cause });
}

/** Nothing that tells of keys outside a user's pattern, and nothing that changes the server; BullMQ asks for INFO. */
const rights = "+@all -@admin -@dangerous -scan -randomkey -dbsize -function +info";

/** Redis ACL lines: a worker's user reaches its own cluster's keys and channels only; the bot's user those of all clusters. */
export function aclLines(prefix: string, clusters: readonly string[]): string[] {
  const line = (user: string, room: string): string => `ACL SETUSER ${prefix}-${user} reset on ><password> ~${room}* &${room}* ${rights}`;
  return [line("bot", `${prefix}:`), ...clusters.map((cluster) => line(`worker-${cluster}`, `${prefix}:${cluster}:`))];
}
