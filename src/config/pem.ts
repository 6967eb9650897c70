import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import type { Context } from "./context.js";
import type { Path } from "./path.js";
import type { Secret } from "./valid.js";

/** An Ed25519 private key to sign with. */
export async function signingKey(
  reference: string,
  path: Path,
  { resolver, complain }: Pick<Context, "resolver" | "complain">,
): Promise<Secret> {
  const secret = await resolver.secret(reference, path);
  const pem = secret.reveal();
  if (pem !== "" && !isEd25519(() => createPrivateKey(pem)))
    complain(path, "this is not an Ed25519 private key in PEM form", "`calico-chatops keys make NAME` writes NAME.key");
  return secret;
}

/** An Ed25519 public key, in the file itself or in one that it names. */
export async function publicKey(
  reference: string,
  path: Path,
  { resolver, complain }: Pick<Context, "resolver" | "complain">,
): Promise<string> {
  const pem = reference.startsWith("file:") ? await resolver.text(reference, path) : reference;
  if (pem === "") return "";
  // node:crypto would make a public key of a private one, which then is printed and handed on as if it were harmless.
  if (pem.includes("PRIVATE KEY")) {
    complain(path, "this is a private key, and a public one belongs here", "name the .pub file");
    return "";
  }
  if (isEd25519(() => createPublicKey(pem))) return pem;
  complain(path, "this is not an Ed25519 public key in PEM form", "`calico-chatops keys make NAME` writes NAME.pub");
  return "";
}

function isEd25519(read: () => KeyObject): boolean {
  try {
    return read().asymmetricKeyType === "ed25519";
  } catch {
    return false;
  }
}
