import { type Line, type View, view } from "../contract/view.js";
import type { Declared } from "./declared.js";
import { params, usageOf } from "./params.js";

type Commands = ReadonlyMap<string, Declared>;

/** The help's first page: one line a command, in the order of use. */
export function overview(commands: Commands): View {
  const page = view("info", "what you can ask", "type one of these after /calico; in threads, mention the bot instead");
  page.sections.push({ kind: "lines", lines: byUse([...commands.keys()]).map((name) => line(name, commands.get(name))) });
  if (commands.has("find"))
    page.footer.push("an address, a UUID, a name of a VM, host or policy alone is looked up: `203.0.113.9`, `web-1`");
  page.footer.push("`help COMMAND` shows its words and examples · `--cluster NAME` or `--cluster all` works with each");
  return page;
}

const first = ["status", "vm", "why", "changes", "diagnose", "block", "safe", "rollback"];
const rank = (name: string): number => (first.includes(name) ? first.indexOf(name) : first.length);

/** Names in the order in which people need them: help and completion begin with `status`. */
export function byUse(names: readonly string[]): string[] {
  return names.toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

function line(name: string, command: Declared | undefined): Line {
  return command ? { text: `\`${usageOf(name, command.args)}\` ${command.summary}` } : { text: name };
}

/** All about one command. */
export function about(name: string, command: Declared): View {
  const page = view("info", usageOf(name, command.args), command.summary);
  if (command.details) page.sections.push({ kind: "lines", lines: command.details.map((text) => ({ text })) });
  const known = params(command.args);
  const facts = known.map((p) => ({
    label: p.positional === null && !p.rest ? [...(p.short === null ? [] : [`-${p.short}`]), `--${p.name}`].join(", ") : p.placeholder,
    value:
      [p.description, p.choices ? `one of ${p.choices.join(", ")}` : ""].filter((part) => part !== "").join("; ") || "see the examples",
  }));
  if (facts.length > 0) page.sections.push({ kind: "facts", title: "words", facts });
  page.sections.push({ kind: "lines", title: "examples", lines: command.examples.map((text) => ({ text })) });
  page.footer.push(`needs role ${command.role} · ${command.risk === "read" ? "reads only" : "a change: asks for approval"}`);
  return page;
}
