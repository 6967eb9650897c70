import { connected } from "../client.js";
import { End, out } from "../end.js";
import type { Json } from "../input/decode.js";
import { type Kind, kindOf } from "../kinds.js";
import { namespaceOf } from "../namespace.js";
import { type Grammar, type Parsed, parse } from "../options.js";
import type { Identity, Store } from "../store.js";
import { usage } from "../usage.js";
import { metadataOf, struct } from "../validate/members.js";
import { mismatch } from "../version-check.js";
import { update } from "./change.js";
import { concernsOne } from "./rejected.js";

const grammar: Grammar = {
  options: {
    help: { letter: "h" },
    config: { letter: "c", value: true },
    namespace: { letter: "n", value: true },
    overwrite: {},
    remove: {},
    context: { value: true },
    "allow-version-mismatch": {},
  },
  usage: usage.label,
};

/** A label that is to be set, or removed (no value). */
interface Wanted {
  key: string;
  value: string | null;
}

/** `calicoctl label`: sets or removes one label of one resource. */
export async function label(argv: readonly string[]): Promise<void> {
  const parsed = parse(argv, grammar);
  const { options, words } = parsed;
  if (options.has("help")) throw new End(usage.label, "stdout", 0);
  if (words.length !== 3 || (options.has("overwrite") && options.has("remove"))) throw new End(usage.label);
  const what = words.slice(0, 2).join(" ");
  const wanted = wantedOf(parsed);
  const fail = (why: string): End => new End(`failed to get ${what}, error ${why}`);
  const refusal = options.has("allow-version-mismatch") ? null : await mismatch(options.get("config"));
  if (refusal !== null) throw fail(refusal);
  const kind = kindOf(words[0] ?? "");
  if (!kind) throw fail(`resource type '${words[0]}' is not supported`);
  const store = await connected(options.get("config"));
  const { identity, object } = await find(store, kind, parsed);
  const before = struct(metadataOf(object), "labels") as Record<string, string>;
  check(before, wanted, { what, overwrite: options.has("overwrite") });
  const metadata = { ...metadataOf(object), labels: changed(before, wanted) };
  await put({ store, identity, object: { ...object, metadata } }, what);
  out(`${told(before, wanted, what)}\n`);
}

function wantedOf({ options, words: [, , given = ""] }: Parsed): Wanted {
  if (options.has("remove")) return { key: given, value: null };
  const [key = "", value, ...more] = given.split("=");
  if (value === undefined || more.length > 0) throw new End(`invalid label ${given}`);
  return { key, value };
}

async function find(store: Store, kind: Kind, { options, words }: Parsed): Promise<{ identity: Identity; object: Json }> {
  const [word, name = ""] = words;
  try {
    const identity = { kind, name, namespace: namespaceOf({ kind, name, namespace: "" }, options) };
    return { identity, object: (await store.read(identity)).object };
  } catch (error) {
    throw concernsOne(error) ? new End(`${word} ${name} not found`) : error;
  }
}

function check(
  before: Readonly<Record<string, string>>,
  { key, value }: Wanted,
  { what, overwrite }: { what: string; overwrite: boolean },
): void {
  const present = Object.hasOwn(before, key);
  if (value === null && !present) throw new End(`cannot remove label of ${what}, key ${key} does not exist`);
  if (value !== null && present && !overwrite && before[key] !== value)
    throw new End(`failed to update label of ${what}, key ${key} is already present. please use '--overwrite' to set a new value`);
}

function changed(before: Readonly<Record<string, string>>, { key, value }: Wanted): Record<string, string> {
  const { [key]: _, ...others } = before;
  return value === null ? others : { ...others, [key]: value };
}

async function put(change: { store: Store; identity: Identity; object: Json }, what: string): Promise<void> {
  try {
    await update({ ...change, verb: "update" });
  } catch (error) {
    throw concernsOne(error) ? new End(`failed to update ${what}, label not changed`) : error;
  }
}

function told(before: Readonly<Record<string, string>>, { key, value }: Wanted, what: string): string {
  if (value === null) return `Successfully removed label ${key} from ${what}`;
  return `Successfully ${Object.hasOwn(before, key) ? "updated" : "set"} label ${key} on ${what}`;
}
