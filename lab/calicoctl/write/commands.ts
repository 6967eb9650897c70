import { connected } from "../client.js";
import { End, out } from "../end.js";
import { type Document, documents, type Named, Nothing } from "../input/documents.js";
import { kindOf } from "../kinds.js";
import { namespaceOf } from "../namespace.js";
import { type Grammar, type Options, type Parsed, parse } from "../options.js";
import { type Identity, Missing, type Store } from "../store.js";
import { usage } from "../usage.js";
import { metadataOf, text } from "../validate/members.js";
import { faults } from "../validate/validate.js";
import { sentence } from "../validate/wrong.js";
import { mismatch } from "../version-check.js";
import { apply, create, update } from "./change.js";
import { initialize } from "./initialize.js";
import { concernsOne, Exists, Rejected } from "./rejected.js";
import { remove } from "./remove.js";
import { type Results, reportAll, reportEach, reportLast, type Verb } from "./report.js";

const files: Options = {
  help: { letter: "h" },
  filename: { letter: "f", value: true },
  recursive: { letter: "R" },
  "skip-empty": {},
  "allow-version-mismatch": {},
};
const datastore: Options = {
  ...files,
  config: { letter: "c", value: true },
  namespace: { letter: "n", value: true },
  context: { value: true },
};

/** One resource, and what the command line says of it. */
interface Task {
  store: Store;
  identity: Identity;
  document: Document;
  parsed: Parsed;
  verb: string;
}

/** A command that writes what files hold. */
interface Command extends Verb {
  grammar: Grammar;
  act(task: Task): Promise<void>;
  report(results: Results, verb: Verb): void;
}

const commands: Readonly<Record<string, Command>> = {
  apply: {
    verb: "apply",
    done: "applied",
    grammar: { options: datastore, usage: usage.apply },
    act: (task) => apply(changeOf(task)),
    report: reportAll,
  },
  create: {
    verb: "create",
    done: "created",
    grammar: { options: { ...datastore, "skip-exists": {} }, usage: usage.create },
    act: (task) => unless(task.parsed, "skip-exists", Exists, create(changeOf(task))),
    report: reportAll,
  },
  replace: {
    verb: "replace",
    done: "replaced",
    grammar: { options: datastore, usage: usage.replace },
    act: (task) => update(changeOf(task)),
    report: reportLast,
  },
  delete: {
    verb: "delete",
    done: "deleted",
    grammar: { options: { ...datastore, "skip-not-exists": { letter: "s" } }, usage: usage.delete },
    act: ({ store, identity, document, parsed }) =>
      unless(parsed, "skip-not-exists", Missing, remove({ store, identity, revision: versionOf(document) })),
    report: reportEach,
  },
};

const changeOf = ({ store, identity, document, verb }: Task): Parameters<typeof create>[0] => ({
  store,
  identity,
  object: document.object,
  verb,
});
const versionOf = ({ object }: Document): string => text(metadataOf(object), "resourceVersion");

/** With that option, that error is a success. */
async function unless(parsed: Parsed, option: string, kind: new (...of: never[]) => Error, done: Promise<void>): Promise<void> {
  try {
    await done;
  } catch (error) {
    if (!(error instanceof kind && parsed.options.has(option))) throw error;
  }
}

/** `calicoctl apply`, `create`, `replace` and `delete`. */
export async function write(name: string, argv: readonly string[]): Promise<void> {
  const command = commands[name];
  if (!command) throw new Error(`${name} is no command that writes`);
  const parsed = parse(argv, command.grammar);
  const byName = name === "delete" && parsed.words.length > 0;
  if (parsed.options.has("help")) throw new End(command.grammar.usage, "stdout", 0);
  if (byName === parsed.options.has("filename") || (parsed.words.length > 0 && !byName)) throw new End(command.grammar.usage);
  const { options } = parsed;
  const refusal = options.has("allow-version-mismatch") ? null : await mismatch(options.get("config"));
  if (refusal !== null) throw new End(refusal);
  const wanted = byName ? named(parsed) : await inFiles(parsed);
  if (wanted.length === 0) return out("No resources specified\n");
  const store = await connected(options.get("config"));
  if (name !== "delete") await initialize(store);
  const act = (document: Document): Promise<void> => {
    const identity = { kind: document.kind, namespace: namespaceOf(document, options), name: document.name };
    return command.act({ store, identity, document, parsed, verb: command.verb });
  };
  command.report(await each(wanted, act, name === "replace"), command);
}

/** `calicoctl validate`: what can be told without a datastore. */
export async function validate(argv: readonly string[]): Promise<void> {
  const parsed = parse(argv, { options: files, usage: usage.validate });
  if (parsed.options.has("help")) throw new End(usage.validate, "stdout", 0);
  if (!parsed.options.has("filename") || parsed.words.length > 0) throw new End(usage.validate);
  const wanted = await inFiles(parsed);
  if (wanted.length === 0) return out("No resources specified\n");
  const judge = async ({ kind, object }: Document): Promise<void> => {
    const wrong = faults(kind, object);
    if (wrong.length > 0) throw new Rejected(sentence(wrong));
  };
  reportAll(await each(wanted, judge, false), { verb: "validate", done: "validated" });
}

async function inFiles({ options }: Parsed): Promise<Document[]> {
  try {
    const path = options.get("filename") ?? "";
    return await documents({ path, recursive: options.has("recursive"), skipEmpty: options.has("skip-empty") });
  } catch (error) {
    throw error instanceof Nothing ? new End(error.message) : error;
  }
}

function named({ words: [word = "", ...names] }: Parsed): Document[] {
  const kind = kindOf(word);
  if (!kind) throw new End(`resource type '${word}' is not supported`);
  return (names.length === 0 ? [""] : names).map((name) => ({ kind, name, namespace: "", object: {} }));
}

/** One after the other; an error of one does not keep the others from being tried. */
async function each(wanted: readonly Document[], act: (document: Document) => Promise<void>, countsFailed: boolean): Promise<Results> {
  const errors: string[] = [];
  let handled = 0;
  for (const document of wanted) {
    try {
      await act(document);
      handled++;
    } catch (error) {
      if (!concernsOne(error)) throw error;
      errors.push(error.message);
      if (countsFailed) handled++;
    }
  }
  return { resources: wanted satisfies readonly Named[], handled, errors };
}
