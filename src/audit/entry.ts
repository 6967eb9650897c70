import { createHash, type KeyObject, sign, verify } from "node:crypto";
import { z } from "zod";
import { AuditHead } from "../contract/job.js";
import { redact } from "../log/redact.js";

/** What is recorded. Whom and what it names, by id; secrets that somebody typed are masked. */
export const AuditEvent = z.object({
  /** `asked`: a request, also a refused one. `answered`: a job has its outcome. `cancel`: somebody wanted it stopped. `change`: a change moved on. */
  what: z.enum(["asked", "answered", "cancel", "change"]),
  request: z.string(),
  /** Of a `change`: its id. */
  job: z.string().nullable(),
  /** actorId() of who asked, or who wanted it stopped. */
  actor: z.string(),
  via: z.string(),
  channel: z.string().nullable(),
  thread: z.string().nullable(),
  line: z.string(),
  clusters: z.array(z.string()),
  /** `queued`, `shown` (the bot answered by itself), `ok`, `asked to stop`, the state of a change, or the code of the failure. */
  code: z.string(),
  /** Of a failure. */
  reason: z.string().nullable(),
  worker: z.string().nullable(),
  /** How long it worked, by its own clock. */
  ms: z.number().nullable(),
});
export type AuditEvent = z.infer<typeof AuditEvent>;

/** An event with its place in the chain. Times are ISO, UTC. */
export const AuditEntry = z.object({ v: z.literal(1), seq: z.number().int().positive(), at: z.string(), ...AuditEvent.shape });
export type AuditEntry = z.infer<typeof AuditEntry>;

/** An entry as it is stored and exported: `hash` covers the entry and, by `prev`, all before it; a bot has signed the hash. */
export const AuditRecord = z.object({ entry: AuditEntry, prev: z.string(), hash: AuditHead.shape.hash, sig: z.string() });
export type AuditRecord = z.infer<typeof AuditRecord>;

/** What the entries still kept follow on. Signed: nobody but a bot can say that older ones were put away in order. */
export const AuditAnchor = AuditHead.extend({ sig: z.string() });
export type AuditAnchor = z.infer<typeof AuditAnchor>;

/** What the very first entry follows on. */
export const genesis: string = "0".repeat(64);

const longest = 500;

/** Makes the next record of a chain. */
export function makeRecord(event: AuditEvent, { prev, seq, at }: { prev: string; seq: number; at: Date }, key: KeyObject): AuditRecord {
  const masked = (text: string): string => redact(text).slice(0, longest);
  const kept = { ...event, line: masked(event.line), reason: event.reason === null ? null : masked(event.reason) };
  // In the order of the schema, as it will be when it is read again: the hash is over the text.
  const entry = AuditEntry.parse({ v: 1, seq, at: at.toISOString(), ...kept });
  const hash = hashOf(entry, prev);
  return { entry, prev, hash, sig: sign(null, entryBytes(hash), key).toString("base64") };
}

export function hashOf(entry: AuditEntry, prev: string): string {
  return createHash("sha256")
    .update(`${prev}\n${JSON.stringify(entry)}`)
    .digest("hex");
}

export const isSigned = ({ hash, sig }: AuditRecord, keys: readonly KeyObject[]): boolean => signedBy(entryBytes(hash), sig, keys);

export function makeAnchor(head: AuditHead, key: KeyObject): AuditAnchor {
  return { ...head, sig: sign(null, anchorBytes(head), key).toString("base64") };
}

export const isAnchor = (anchor: AuditAnchor, keys: readonly KeyObject[]): boolean => signedBy(anchorBytes(anchor), anchor.sig, keys);

const entryBytes = (hash: string): Buffer => Buffer.from(`calico-chatops audit entry\n${hash}`);
const anchorBytes = ({ seq, hash }: AuditHead): Buffer => Buffer.from(`calico-chatops audit anchor\n${seq} ${hash}`);

function signedBy(bytes: Buffer, sig: string, keys: readonly KeyObject[]): boolean {
  const signature = Buffer.from(sig, "base64");
  return keys.some((key) => verify(null, bytes, key, signature));
}

/** A stored text as a record; null when it is none. */
export function readRecord(text: string): AuditRecord | null {
  const parsed = AuditRecord.safeParse(parse(text));
  return parsed.success ? parsed.data : null;
}

export function readAnchor(text: string): AuditAnchor | null {
  const parsed = AuditAnchor.safeParse(parse(text));
  return parsed.success ? parsed.data : null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
