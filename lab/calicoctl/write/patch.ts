import { connected } from "../client.js";
import { End, out } from "../end.js";
import { decode, type Json, Stray, Undecodable } from "../input/decode.js";
import { type Kind, kindOf } from "../kinds.js";
import { namespaceOf } from "../namespace.js";
import { type Grammar, type Parsed, parse } from "../options.js";
import { plain } from "../shapes/shape.js";
import type { Store } from "../store.js";
import { usage } from "../usage.js";
import { mismatch } from "../version-check.js";
import { update } from "./change.js";
import { concernsOne, Rejected } from "./rejected.js";

const grammar: Grammar = {
  options: {
    help: { letter: "h" },
    patch: { letter: "p", value: true },
    type: { letter: "t", value: true },
    config: { letter: "c", value: true },
    namespace: { letter: "n", value: true },
    context: { value: true },
    "allow-version-mismatch": {},
  },
  usage: usage.patch,
};

/** `calicoctl patch`: merges a piece of JSON into one resource; whatever type is asked for, maps are merged and lists replaced. */
export async function patch(argv: readonly string[]): Promise<void> {
  const parsed = parse(argv, grammar);
  const { options, words } = parsed;
  if (options.has("help")) throw new End(usage.patch, "stdout", 0);
  if (words.length !== 2 || !options.has("patch")) throw new End(usage.patch);
  const refusal = options.has("allow-version-mismatch") ? null : await mismatch(options.get("config"));
  if (refusal !== null) throw new End(refusal);
  const kind = kindOf(words[0] ?? "");
  if (!kind) throw new End(`resource type '${words[0]}' is not supported`);
  const store = await connected(options.get("config"));
  try {
    await merge(store, kind, parsed);
  } catch (error) {
    throw concernsOne(error) ? new End(`hit error: ${error.message}`) : error;
  }
  out(`Successfully patched 1 '${kind.kind}' resource\n`);
}

async function merge(store: Store, kind: Kind, { options, words: [, name = ""] }: Parsed): Promise<void> {
  const identity = { kind, name, namespace: namespaceOf({ kind, name, namespace: "" }, options) };
  const { object } = await store.read(identity);
  const patched = decoded(kind, merged(object, piece(options.get("patch") ?? "")));
  try {
    await update({ store, identity, object: patched, verb: "update" });
  } catch (error) {
    throw concernsOne(error) ? new Rejected(`updating existing resource: ${error.message}`) : error;
  }
}

const isMap = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

function piece(text: string): Json {
  const wrong = new Rejected("performing strategic merge patch: invalid JSON document");
  try {
    const read: unknown = JSON.parse(text);
    if (isMap(read)) return read;
  } catch {
    throw wrong;
  }
  throw wrong;
}

/** The object with the patch in it: null removes. */
function merged(object: Json, change: Json): Json {
  const result: Record<string, unknown> = { ...object };
  for (const [name, value] of Object.entries(change)) {
    const before = result[name];
    if (value === null) delete result[name];
    else result[name] = isMap(value) ? merged(isMap(before) ? before : {}, value) : value;
  }
  return result;
}

function decoded(kind: Kind, object: Json): Json {
  try {
    return plain(kind.shape.print(decode(kind.shape, object))) as Json;
  } catch (error) {
    if (error instanceof Stray) throw new End(`field in document is not recognized or is in the wrong location: ${error.message}`);
    if (!(error instanceof Undecodable)) throw error;
    throw new Rejected(`creating resource from patched data: error unmarshaling JSON: while decoding JSON: ${error.message}`);
  }
}
