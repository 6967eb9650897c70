import type { Section, View } from "../contract/view.js";
import { plainWords } from "./plain-words.js";

/** What the configuration tells about a cluster's names. */
export interface Named {
  /** Hosts and their addresses: never shown, also where one is a word of the language. */
  secret: readonly string[];
  /** Clusters that answer in the channel. */
  open: readonly string[];
}

/**
 * What a channel without full detail may see: the verdict, in numbers and in words of the language only, and how many rows are behind it.
 * Names of hosts, machines, projects and rules are not told apart from other unknown words: whatever is not known to be harmless is masked.
 */
export function countsOnly(full: View, named: Named): View {
  const hide = masker(named);
  const verdict: View["verdict"] = { light: full.verdict.light, text: hide(full.verdict.text) };
  if (full.verdict.detail !== undefined) verdict.detail = hide(full.verdict.detail);
  const lines = full.sections.filter((section) => section.kind !== "code").map((section) => ({ text: countOf(section, hide) }));
  const harmless = (text: string): boolean => hide(text) === text;
  const kept: View = {
    verdict,
    sections: lines.length === 0 ? [] : [{ kind: "lines", lines }],
    footer: ["numbers only: names are shown in channels configured for full detail"],
    actions: full.actions.filter(({ label, line }) => !line.startsWith("raw ") && harmless(label) && harmless(line)),
  };
  if (full.again !== undefined && harmless(full.again)) kept.again = full.again;
  if (full.failure !== undefined) kept.failure = full.failure;
  return kept;
}

function countOf(section: Section, hide: (text: string) => string): string {
  const rows =
    section.kind === "lines" ? section.lines : section.kind === "facts" ? section.facts : section.kind === "table" ? section.rows : [];
  return `${section.title === undefined ? "more" : hide(section.title)}: ${rows.length} ${rows.length === 1 ? "line" : "lines"}`;
}

const masked = "…";

/** Keeps numbers, times and known words; of a run of other words one mark is left. */
function masker({ secret, open }: Named): (text: string) => string {
  const escaped = secret.toSorted((a, b) => b.length - a.length).map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const hosts = escaped.length === 0 ? null : new RegExp(`(?<![\\w-])(?:${escaped.join("|")})(?![\\w-])`, "giu");
  const shown = new Set(open);
  return (text) => {
    const quoted = text.replace(/"[^"]*"|`[^`]*`|“[^”]*”/g, masked);
    const unnamed = hosts === null ? quoted : quoted.replace(hosts, masked);
    return unnamed.replace(/\S+/g, (chunk) => shownPart(chunk, shown)).replace(/…(?:[\s,]*…)+/g, masked);
  };
}

/** A chunk between blanks, with the punctuation around it. */
function shownPart(chunk: string, shown: ReadonlySet<string>): string {
  const [, before = "", core = "", after = ""] = /^([([{+−-]*)(.*?)((?:[)\]},.;!?…]|(?<!:):(?!:))*)$/su.exec(chunk) ?? [];
  return core === "" || shown.has(core) || isNumber(core) || isWords(core) ? chunk : `${before}${masked}${after.replaceAll("…", "")}`;
}

/** `3`, `1,412`, `0.5`, `8/12`, `02:51:07`, `41%`, a date. No address, and no id that happens to be digits. */
const isNumber = (core: string): boolean =>
  /^(?:\d{1,9}|\d{1,3}(?:,\d{3})+)(?:\.\d{1,3})?%?$|^\d{1,6}\/\d{1,6}$|^\d\d:\d\d(?::\d\d)?$|^\d{4}-\d\d-\d\d$/.test(core);

/** Known words, alone or joined: `felix`, `in/out`, `one-sided`; or nothing but punctuation. */
const isWords = (core: string): boolean =>
  core.split(/[/·→'’-]/u).every((word) => word === "" || plainWords.has(word.toLowerCase()) || /^[^\p{L}\p{N}]+$/u.test(word));
