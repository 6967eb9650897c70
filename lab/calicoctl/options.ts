import { End } from "./end.js";

/** Options of a command: long name to its one letter (or ""), and whether it takes a value. */
export type Options = Readonly<Record<string, { letter?: string; value?: boolean }>>;

export interface Parsed {
  /** Values by long name; "" for an option without one. */
  options: ReadonlyMap<string, string>;
  words: readonly string[];
}

export interface Grammar {
  options: Options;
  usage: string;
  /** Everything from the first word on is for somebody else. */
  first?: boolean;
}

/** Reads a command line as docopt does: long names may be shortened, letters may be joined, `--` ends options and is a word itself. */
export function parse(argv: readonly string[], grammar: Grammar): Parsed {
  const options = new Map<string, string>();
  const words: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? "";
    if (word === "--" || (grammar.first === true && !isOption(word))) {
      words.push(...argv.slice(i));
      break;
    }
    if (!isOption(word)) words.push(word);
    else if (word.startsWith("--")) i += long({ word, next: argv[i + 1], options, grammar });
    else i += short({ word, next: argv[i + 1], options, grammar });
  }
  return { options, words };
}

interface Step {
  word: string;
  next: string | undefined;
  options: Map<string, string>;
  grammar: Grammar;
}

const isOption = (word: string): boolean => word.startsWith("-") && word !== "-";

/** Takes one long option; returns how many words of its own it had. */
function long({ word, next, options, grammar }: Step): number {
  const [given = "", ...rest] = word.slice(2).split("=");
  const inline = word.includes("=") ? rest.join("=") : undefined;
  const names = Object.keys(grammar.options);
  const candidates = names.includes(given) ? [given] : names.filter((name) => name.startsWith(given));
  const [name] = candidates;
  if (name === undefined) throw new End(grammar.usage);
  if (candidates.length > 1)
    throw new End(`--${given} is not a unique prefix: ${candidates.map((candidate) => `--${candidate}`).join(", ")}?\n${grammar.usage}`);
  if (grammar.options[name]?.value !== true) {
    if (inline !== undefined) throw new End(`--${name} must not have an argument\n${grammar.usage}`);
    options.set(name, "");
    return 0;
  }
  if (inline === undefined && next === undefined) throw new End(`--${name} requires argument\n${grammar.usage}`);
  options.set(name, inline ?? next ?? "");
  return inline === undefined ? 1 : 0;
}

/** Takes a word of letters; the rest after one that takes a value is its value. */
function short({ word, next, options, grammar }: Step): number {
  const letters = word.slice(1);
  for (const [i, letter] of letters.split("").entries()) {
    const [name, option] = Object.entries(grammar.options).find(([, known]) => known.letter === letter) ?? [];
    if (name === undefined) throw new End(grammar.usage);
    if (option?.value !== true) {
      options.set(name, "");
      continue;
    }
    const rest = letters.slice(i + 1);
    if (rest === "" && next === undefined) throw new End(`-${letter} requires argument\n${grammar.usage}`);
    options.set(name, rest === "" ? (next ?? "") : rest);
    return rest === "" ? 1 : 0;
  }
  return 0;
}
