import { z } from "zod";
import type { Ask } from "../../src/cluster/ask.js";
import type { Listed } from "../../src/cluster/openstack.js";
import { bodyOf } from "./reply.js";
import type { Kind } from "./rows.js";
import type { Session } from "./session.js";

/** One list question: filters as `[name, value]`, a name may come several times. */
export interface Question<T> {
  service: "network" | "identity" | "compute";
  kind: Kind<T>;
  where: readonly (readonly [string, string])[];
  /** Rows after which no further page is read. */
  most?: number;
  /** ms after which no further page is begun. */
  patience?: number;
}

/** Rows of one page, and at most of one list unless it says otherwise. */
const page = 1000;
const mostRows = 10_000;
/** Ids in one address: a UUID each, far below what servers take. */
const together = 100;
const longest = 10_000;

/** Reads a list page by page up to a bound. */
export async function list<T>(session: Session, question: Question<T>, ask: Ask): Promise<Listed<T>> {
  const { service, kind, where, most = mostRows, patience = longest } = question;
  const began = Date.now();
  const schema = answerOf(kind);
  const rows: T[] = [];
  let marker: string | null = null;
  do {
    const words: (readonly [string, string])[] = [
      ...kind.fields.map((field) => ["fields", field] as const),
      ...where,
      ...(service === "identity" ? [] : [["limit", String(page)] as const]),
      ...(marker === null ? [] : [["marker", marker] as const]),
    ];
    const query = new URLSearchParams(words.map(([name, value]): [string, string] => [name, value])).toString();
    const reply = await session.get(service, `${kind.path}?${query}`, ask);
    const found: { rows: { id: string; row: T }[]; more: boolean } = bodyOf(reply, schema, names[service]);
    rows.push(...found.rows.map(({ row }) => row));
    const last = found.rows.at(-1)?.id ?? null;
    // A server that does not page, or does not move on, is not asked again.
    marker = found.more && last !== marker ? last : null;
  } while (marker !== null && rows.length < most && Date.now() - began < patience);
  return { rows, complete: marker === null };
}

const names = { network: "Neutron", identity: "Keystone", compute: "Nova" } as const;

/** The same for some ids, however many; none asked for is none found. */
export async function byIds<T>(session: Session, question: Question<T> & { ids: readonly string[] }, ask: Ask): Promise<Listed<T>> {
  const parts: Listed<T>[] = [];
  for (let at = 0; at < question.ids.length; at += together) {
    const ids = question.ids.slice(at, at + together).map((id) => ["id", id] as const);
    parts.push(await list(session, { ...question, where: [...question.where, ...ids] }, ask));
  }
  return { rows: parts.flatMap(({ rows }) => rows), complete: parts.every(({ complete }) => complete) };
}

/** `{"ports": [...], "ports_links": [{"rel": "next", ...}]}`; Keystone's links are an object and never lead on. */
function answerOf<T>({ member, row }: Kind<T>) {
  const links = z.array(z.object({ rel: z.string() })).catch([]);
  const ids = z.array(z.object({ id: z.string() }));
  return z.record(z.string(), z.unknown()).transform((body, context) => {
    const parsed = z.array(row).safeParse(body[member]);
    const known = ids.safeParse(body[member]);
    if (!parsed.success || !known.success) {
      context.addIssue({ code: "custom", message: `no ${member}` });
      return z.NEVER;
    }
    const rows = parsed.data.map((value, at) => ({ id: known.data[at]?.id ?? "", row: value }));
    return { rows, more: links.parse(body[`${member}_links`]).some(({ rel }) => rel === "next") };
  });
}
