import { createHash, type KeyObject, sign, verify } from "node:crypto";
import { z } from "zod";
import { fail } from "./failure.js";

export const EnvelopeKind = z.enum([
  "job",
  "cancel",
  "vote",
  "keep",
  "freeze",
  "schedule",
  "outcome",
  "progress",
  "plan",
  "notice",
  "heartbeat",
  /** What a bot keeps about a request, for itself and the other bots. */
  "request",
]);
export type EnvelopeKind = z.infer<typeof EnvelopeKind>;

/** Everything that crosses Redis. The signature covers every field; `payload` is the exact text whose digest is signed. */
export const Envelope = z.object({
  v: z.literal(1),
  kind: EnvelopeKind,
  id: z.string(),
  cluster: z.string(),
  /** actorId() of who asked, or `worker:<id>` for what a worker says. */
  actor: z.string(),
  /** Issued and expires, epoch ms. */
  iat: z.number().int(),
  exp: z.number().int(),
  /** sha256 of payload, hex. */
  digest: z.string(),
  payload: z.string().max(8 * 1024 * 1024),
  /** Ed25519 over signedBytes(), base64. */
  sig: z.string(),
});
export type Envelope = z.infer<typeof Envelope>;

export interface Sealing {
  kind: EnvelopeKind;
  id: string;
  cluster: string;
  actor: string;
  /** Milliseconds that the envelope stays valid. */
  ttl: number;
  payload: unknown;
}

function signedBytes(e: Omit<Envelope, "sig">): Buffer {
  return Buffer.from(JSON.stringify([e.v, e.kind, e.id, e.cluster, e.actor, e.iat, e.exp, e.digest]));
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Makes a signed envelope around a payload. */
export function seal(what: Sealing, key: KeyObject, now: number = Date.now()): Envelope {
  const payload = JSON.stringify(what.payload);
  const unsigned = {
    v: 1 as const,
    kind: what.kind,
    id: what.id,
    cluster: what.cluster,
    actor: what.actor,
    iat: now,
    exp: now + what.ttl,
    digest: sha256(payload),
    payload,
  };
  return { ...unsigned, sig: sign(null, signedBytes(unsigned), key).toString("base64") };
}

export interface Opening {
  kind: EnvelopeKind;
  cluster: string;
  /** Public keys of which one must have signed. */
  keys: readonly KeyObject[];
  now?: number;
  /** Milliseconds that the sender's clock may be ahead of ours. */
  skew?: number;
}

/**
 * Checks shape, kind, cluster, times, digest and signature of a foreign value, then parses its payload.
 * Throws `bad_signature` or `expired`; nothing of an envelope may be used before this returned.
 */
export function open<T>(raw: unknown, payload: z.ZodType<T>, how: Opening): { envelope: Envelope; value: T } {
  const parsed = Envelope.safeParse(raw);
  if (!parsed.success) throw fail("bad_signature", "a message in Redis is not an envelope");
  const envelope = parsed.data;
  if (envelope.kind !== how.kind) throw fail("bad_signature", `the envelope is a ${envelope.kind}, not a ${how.kind}`);
  if (envelope.cluster !== how.cluster) throw fail("bad_signature", `the envelope is for cluster ${envelope.cluster}, not ${how.cluster}`);
  if (sha256(envelope.payload) !== envelope.digest) throw fail("bad_signature", "the payload is not the signed one");
  const bytes = signedBytes(envelope);
  if (!how.keys.some((key) => hasSigned(key, bytes, envelope.sig))) throw fail("bad_signature", "no known key made this signature");
  checkTimes(envelope, how.now ?? Date.now(), how.skew ?? 30_000);
  return { envelope, value: parsePayload(envelope.payload, payload) };
}

/** Signatures found good, by key, newest last: a sign of life or a bot's own record is read many times, and verifying takes longer than all else. */
const found = new WeakMap<KeyObject, Set<string>>();
const mostFound = 1000;

/** The bytes hold the payload's digest: only the very same message is the same one. */
const seenAs = (bytes: Buffer, sig: string): string => `${sig} ${bytes.toString("utf8")}`;

function hasSigned(key: KeyObject, bytes: Buffer, sig: string): boolean {
  const seen = seenAs(bytes, sig);
  if (found.get(key)?.has(seen) === true) return true;
  if (!verify(null, bytes, key, Buffer.from(sig, "base64"))) return false;
  remember(key, seen);
  return true;
}

function remember(key: KeyObject, seen: string): void {
  const good = found.get(key) ?? new Set();
  found.set(key, good.add(seen));
  for (const oldest of good) {
    if (good.size <= mostFound) break;
    good.delete(oldest);
  }
}

/** For who reads again what he has sealed himself: the signature needs no verifying. `key` is the public half of the key it was sealed with. */
export function sealedHere(envelope: Envelope, key: KeyObject): Envelope {
  remember(key, seenAs(signedBytes(envelope), envelope.sig));
  return envelope;
}

function checkTimes(envelope: Envelope, now: number, skew: number): void {
  if (envelope.iat > now + skew)
    throw fail("expired", "the envelope comes from the future", { hint: "compare the clocks of bot and worker" });
  if (envelope.exp <= now) throw fail("expired", "the envelope has expired");
}

function parsePayload<T>(text: string, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(JSON.parse(text));
  if (!parsed.success) throw fail("job_version", "the signed payload does not have the expected shape");
  return parsed.data;
}
