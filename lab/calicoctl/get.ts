import { connected } from "./client.js";
import { End, out } from "./end.js";
import { Refused } from "./etcd.js";
import { documents, type Named, Nothing } from "./input/documents.js";
import type { Source } from "./input/files.js";
import { kindOf } from "./kinds.js";
import { BadNamespace, namespaceOf } from "./namespace.js";
import { type Grammar, type Parsed, parse } from "./options.js";
import { type Format, formatOf } from "./print/format.js";
import type { Printed, PrintedMap } from "./shapes/shape.js";
import { Missing, type Store, Unreadable } from "./store.js";
import { usage } from "./usage.js";
import { mismatch } from "./version-check.js";

const grammar: Grammar = {
  options: {
    help: { letter: "h" },
    filename: { letter: "f", value: true },
    recursive: { letter: "R" },
    "skip-empty": {},
    output: { letter: "o", value: true },
    config: { letter: "c", value: true },
    namespace: { letter: "n", value: true },
    "all-namespaces": { letter: "A" },
    export: {},
    context: { value: true },
    "allow-version-mismatch": {},
  },
  usage: usage.get,
};

/** `calicoctl get`: one kind from the command line, or what a file names. */
export async function get(argv: readonly string[]): Promise<void> {
  const parsed = parse(
    argv.map((word) => (word === "-a" ? "-A" : word)),
    grammar,
  );
  const { options, words } = parsed;
  if (options.has("help")) throw new End(usage.get, "stdout", 0);
  if ((words.length === 0) === !options.has("filename")) throw new End(usage.get);
  const format = formatOf(options.get("output") ?? "ps", printsNamespace(parsed));
  const refusal = options.has("allow-version-mismatch") ? null : await mismatch(options.get("config"));
  if (refusal !== null) throw new End(`failed to get resources: ${refusal}`);
  const wanted = await resources(parsed);
  const store = await connected(options.get("config"));
  if (words.slice(1).includes("")) throw new End("failed to get resources: resource name may not be empty");
  await print({ store, format, parsed }, wanted);
}

const printsNamespace = ({ options }: Parsed): boolean => options.has("all-namespaces") || !!options.get("namespace");

async function resources({ options, words }: Parsed): Promise<Named[]> {
  const path = options.get("filename");
  if (path !== undefined) return inFile({ path, recursive: options.has("recursive"), skipEmpty: options.has("skip-empty") });
  const [word = "", ...names] = words;
  const kind = kindOf(word);
  if (!kind) throw new End(`failed to get resources: resource type '${word}' is not supported`);
  return (names.length === 0 ? [""] : names).map((name) => ({ kind, name, namespace: "" }));
}

async function inFile(source: Source): Promise<Named[]> {
  try {
    return await documents(source);
  } catch (error) {
    throw error instanceof Nothing ? new End(`failed to get resources: ${error.message}`) : error;
  }
}

interface Printing {
  store: Store;
  format: Format;
  parsed: Parsed;
}

/** What was found is printed before the errors are told. */
async function print({ store, format, parsed }: Printing, wanted: readonly Named[]): Promise<void> {
  const found: PrintedMap[] = [];
  const errors: string[] = [];
  for (const named of wanted) {
    try {
      const object = await find(store, named, parsed);
      found.push(parsed.options.has("export") && parsed.words.length > 1 ? exported(object) : object);
    } catch (error) {
      if (!(error instanceof Missing || error instanceof Unreadable || error instanceof Refused || error instanceof BadNamespace))
        throw error;
      errors.push(error.message);
    }
  }
  out(await format(found, store));
  if (errors.length > 0) throw new End(errors.join("\n"));
}

async function find(store: Store, named: Named, { options }: Parsed): Promise<PrintedMap> {
  const { kind, name } = named;
  const namespace = namespaceOf(named, options);
  if (name === "") return store.list(kind, namespace);
  if (kind.namespaced && namespace === "")
    throw new BadNamespace("error with field Metadata.Namespace = '<nil>' (namespace is not specified on namespaced resource)");
  return store.get(kind, namespace, name);
}

/** Without what belongs to this cluster; the namespace goes too. */
function exported(object: PrintedMap): PrintedMap {
  const metadata = object.get("metadata") as PrintedMap;
  const dropped = ["namespace", "uid", "resourceVersion", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"];
  const kept = [...metadata].filter(([name]) => !dropped.includes(name));
  return new Map<string, Printed>([...object].map(([name, value]) => [name, name === "metadata" ? new Map(kept) : value]));
}
