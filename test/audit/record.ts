import { generateKeyPairSync } from "node:crypto";
import type { AuditEvent } from "../../src/audit/entry.js";
import { linksOf } from "../../src/audit/links.js";
import { type KnownHead, type Verdict, verify } from "../../src/audit/verify.js";
import type { Chain } from "../../src/redis/chain.js";

export const keys = generateKeyPairSync("ed25519");

export const event = (request: string, change: Partial<AuditEvent> = {}): AuditEvent => ({
  what: "asked",
  request,
  job: null,
  actor: "local:ops",
  via: "terminal",
  channel: null,
  thread: null,
  line: "status",
  clusters: ["eu1"],
  code: "queued",
  reason: null,
  worker: null,
  ms: null,
  ...change,
});

export async function look(chain: Chain, heads: KnownHead[] = []): Promise<Verdict> {
  return verify({ anchor: await chain.anchor(), links: linksOf(chain) }, { keys: [keys.publicKey], heads });
}
