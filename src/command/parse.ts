import { distance } from "fastest-levenshtein";
import type { z } from "zod";
import { FailureError, fail } from "../contract/failure.js";
import { nearest } from "../contract/nearest.js";
import { cut, oneLine } from "../contract/plain.js";
import type { Command } from "./define.js";
import { checkedDocument, parted, type TakesDocument } from "./document.js";
import { lookUp } from "./look-up.js";
import { type Param, params, usageOf } from "./params.js";
import { quoteWord, words } from "./words.js";

/** A line understood: which command, with which arguments, for which cluster. */
export interface Invocation {
  name: string;
  command: Command;
  /** The words after the command name, cleaned of Slack's escapes; a worker parses exactly these again. */
  words: string[];
  args: Record<string, unknown>;
  /** What was written below the line, for a command that takes that. */
  document: string | null;
  /** `--cluster NAME`, or the argument that names a cluster; `all`; null = not said. */
  cluster: string | null;
  /** `--private`: the answer is for the asker's eyes. */
  private: boolean;
  /** The line that repeats it, normalised. */
  line: string;
}

type Commands = ReadonlyMap<string, Command>;

/** A typed word as a failure quotes it. */
const short = (word: string): string => cut(oneLine(word), 60);

/**
 * Understands a typed line; one word that is no command is looked up, `hosts` being the names that have a command of their own.
 * Throws `usage` or `unknown_command` that quotes the wrong word and offers the nearest.
 */
export function parseLine(text: string, commands: Commands, hosts: readonly string[] = []): Invocation {
  const below = documentBelow(text, commands);
  const typed = words(below?.line ?? text);
  const all = typed.length === 0 ? ["status"] : lookedUp(typed, commands, hosts);
  const name = commandName(all, commands);
  const rest = all.slice(name.split(" ").length);
  if (rest.includes("--help") || rest.includes("-h")) return parseLine(`help ${name}`, commands);
  const command = commands.get(name);
  if (!command) throw fail("internal", `command ${name} vanished`);
  const { cluster, alone, kept } = takeCommon(rest);
  const args = parseWords(command, name, kept);
  const document = command.document ? checkedDocument(below?.document ?? null, takenBy(command.document, args), kept.length === 0) : null;
  const target = targetOf(command, args);
  if (cluster !== null && target !== null && cluster !== target)
    throw fail("usage", `\`${target}\` and \`--cluster ${cluster}\` are two clusters; name one, or \`--cluster all\``, {
      hint: howTo(name, command, rest),
    });
  const named = cluster ?? target;
  const again = [...name.split(" "), ...kept, ...(cluster === null ? [] : ["--cluster", cluster]), ...(alone ? ["--private"] : [])];
  return { name, command, words: kept, args, document, cluster: named, private: alone, line: again.map(quoteWord).join(" ") };
}

const takenBy = (takes: TakesDocument, args: Record<string, unknown>): TakesDocument =>
  takes.unless !== undefined && args[takes.unless] !== undefined ? { ...takes, required: false } : takes;

/** The text taken apart, if its first line is a command that takes a document. */
function documentBelow(text: string, commands: Commands): ReturnType<typeof parted> | null {
  const apart = parted(text);
  const [first = "", second = "", third = ""] = apart.line.trim().split(/\s+/);
  const names = [`${first} ${second} ${third}`, `${first} ${second}`, first];
  return names.some((name) => commands.get(name.toLowerCase())?.document !== undefined) ? apart : null;
}

/** The line itself, or the command that answers about its only word. */
function lookedUp(typed: string[], commands: Commands, hosts: readonly string[]): string[] {
  const [word, ...flags] = typed;
  if (word === undefined || takeCommon(flags).kept.length > 0) return typed;
  const meant = lookUp(word, commands, hosts);
  return meant === null ? typed : [...meant, ...flags];
}

/** The longest run of leading words that is a command. */
function commandName(all: string[], commands: Commands): string {
  for (let n = Math.min(3, all.length); n > 0; n--) {
    const name = all.slice(0, n).join(" ").toLowerCase();
    if (commands.has(name)) return name;
  }
  const word = all[0] ?? "";
  const near = nearest(word, commands.keys());
  // It may be the name of something all the same.
  const named = all.length === 1 && commands.has("find") ? ` \`find ${short(word)}\` looks for a thing of that name` : "";
  throw fail("unknown_command", `\`${short(word)}\` is not a command`, {
    hint: near ? `did you mean \`${near}\`?${named}` : `there are: ${[...commands.keys()].toSorted().join(", ")}`,
    ...(near ? { choices: [{ label: cut(near, 40), line: [near, ...all.slice(1)].map(quoteWord).join(" ") }] } : {}),
  });
}

/** Every command takes `--cluster NAME` and `--private`; they never reach the command itself. */
function takeCommon(rest: string[]): { cluster: string | null; alone: boolean; kept: string[] } {
  const kept: string[] = [];
  const clusters: string[] = [];
  for (let i = 0; i < rest.length; i++) {
    const word = rest[i] ?? "";
    const inline = /^(?:--)?cluster=(.*)$/s.exec(word);
    if (inline) clusters.push(inline[1] ?? "");
    else if (word === "--cluster") clusters.push(rest[++i] ?? "");
    else if (word !== "--private") kept.push(word);
  }
  const hint = "`clusters` lists them; `--cluster all` asks every one";
  const [cluster = null, second] = clusters;
  if (clusters.includes("") || cluster?.startsWith("--")) throw fail("usage", "`--cluster` needs a name", { hint });
  if (second !== undefined && second !== cluster)
    throw fail("usage", `\`--cluster ${short(cluster ?? "")}\` and \`--cluster ${short(second)}\` are two clusters`, { hint });
  return { cluster, alone: rest.includes("--private"), kept };
}

/** Parses the words after a command's name against its declaration; bot and worker both do this. */
export function parseWords(command: Command, name: string, given: readonly string[]): Record<string, unknown> {
  try {
    return readWords(command, name, given);
  } catch (error) {
    if (!(error instanceof FailureError) || error.failure.code !== "usage") throw error;
    const { message, hint = "" } = error.failure;
    const how = howTo(name, command, given);
    throw fail("usage", message, { hint: hint === "" ? how : `${hint}; ${how}` });
  }
}

function readWords(command: Command, name: string, given: readonly string[]): Record<string, unknown> {
  const known = params(command.args);
  const rest = known.find((p) => p.rest);
  if (rest) return checked(command, given.length > 0 ? { [rest.name]: [...given] } : {});
  const raw: Record<string, unknown> = {};
  const positional = known.filter((p) => p.positional !== null);
  let place = 0;
  for (let i = 0; i < given.length; i++) {
    const word = given[i] ?? "";
    const flag = flagOf(word, known, name);
    if (flag) {
      const value = flag.param.flag ? boolean(flag.inline, word) : (flag.inline ?? given[++i]);
      if (value === undefined || (flag.inline === undefined && !flag.param.flag && String(value).startsWith("--")))
        throw fail("usage", `\`${short(word)}\` needs a value`);
      if (Object.hasOwn(raw, flag.param.name)) throw fail("usage", `\`${short(word)}\` is given twice`);
      raw[flag.param.name] = value;
      continue;
    }
    const next = positional[place++];
    if (!next) throw fail("usage", `\`${short(word)}\` is one word too many`);
    raw[next.name] = word;
  }
  return checked(command, raw);
}

function flagOf(word: string, known: readonly Param[], name: string): { param: Param; inline: string | undefined } | null {
  const brief = known.find((p) => p.short !== null && word === `-${p.short}`);
  if (brief) return { param: brief, inline: undefined };
  const match = /^--([A-Za-z][\w-]*)(?:=(.*))?$/s.exec(word) ?? /^([a-z][\w-]*)=(.*)$/s.exec(word);
  if (!match) return null;
  const param = known.find((p) => p.name === match[1]);
  if (param) return { param, inline: match[2] };
  if (!word.startsWith("--")) return null;
  const near = nearest(match[1] ?? "", [...known.map((p) => p.name), "cluster", "private", "help"]);
  throw fail("usage", `\`${name}\` knows no \`--${short(match[1] ?? "")}\``, {
    hint: near ? `did you mean \`--${near}\`?` : `see \`help ${name}\``,
  });
}

function boolean(inline: string | undefined, word: string): boolean {
  if (inline === undefined || inline === "true" || inline === "yes") return true;
  if (inline === "false" || inline === "no") return false;
  throw fail("usage", `\`${short(word)}\`: yes or no`);
}

function checked(command: Command, raw: Record<string, unknown>): Record<string, unknown> {
  const result = command.args.safeParse(raw);
  if (result.success) return result.data;
  const issue = result.error.issues[0] as z.core.$ZodIssue;
  const key = String(issue.path[0] ?? "");
  const param = params(command.args).find((p) => p.name === key);
  const label = param?.placeholder ?? key;
  if (!Object.hasOwn(raw, key)) throw fail("usage", `${label} is missing`);
  const value = short(String(raw[key]));
  const near = param?.choices ? nearest(value, param.choices) : null;
  throw fail("usage", `\`${value}\` is no ${label}${near ? `; did you mean \`${near}\`?` : `: ${issue.message.toLowerCase()}`}`);
}

/** The usage line, and of the examples the one most like what was typed. */
function howTo(name: string, command: Command, given: readonly string[]): string {
  const typed = cut([name, ...given].join(" "), 200);
  const [example = name] = command.examples.toSorted((a, b) => distance(typed, a) - distance(typed, b));
  return `type \`${usageOf(name, command.args)}\`, for example \`${example}\``;
}

function targetOf(command: Command, args: Record<string, unknown>): string | null {
  const target = params(command.args).find((p) => p.target);
  const value = target ? args[target.name] : undefined;
  return typeof value === "string" ? value : null;
}
