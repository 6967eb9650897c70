import { dirname, join, normalize } from "node:path";
import { type Parsed, parseSource } from "./imports.js";
import { budget, entry, environment, everywhere, forbidden, free, nonLiteral, packages, pure, roots, shared, table } from "./table.js";

/** Source path (relative, with `/`) to its text or null to read it. */
export type Sources = ReadonlyMap<string, string>;

/** Everything in which the sources break the table or the budgets, one sentence each. */
export function violations(sources: Sources): string[] {
  const parsed = new Map([...sources].map(([file, text]) => [file, parseSource(file, text)]));
  const found = [...parsed].flatMap(([file, source]) => [
    ...budgetOf(file, source),
    ...environmentOf(file, source),
    ...importsOf(file, source, sources),
  ]);
  return [...found, ...cycles(parsed)];
}

/** The room of a file: the longest folder of the table that holds it, or the file itself if it is a root. */
export function roomOf(file: string): string | null {
  if (roots.includes(file) || file === entry) return file;
  const rooms = Object.keys(table).filter((room) => file.startsWith(`${room}/`));
  return rooms.toSorted((a, b) => b.length - a.length)[0] ?? null;
}

function budgetOf(file: string, source: Parsed): string[] {
  const found = [];
  if (source.lines > budget.file) found.push(`${file} has ${source.lines} lines, over ${budget.file}`);
  for (const { name, lines, params } of source.functions) {
    if (lines > budget.function) found.push(`${file}: ${name} has ${lines} lines, over ${budget.function}`);
    if (params > budget.params) found.push(`${file}: ${name} takes ${params} parameters, over ${budget.params}`);
  }
  return found;
}

function environmentOf(file: string, { readsEnv }: Parsed): string[] {
  return readsEnv && !environment.some((room) => file.startsWith(`${room}/`)) ? [`${file} reads process.env, which src/config does`] : [];
}

function importsOf(file: string, source: Parsed, sources: Sources): string[] {
  const room = roomOf(file);
  if (room === null) return [`${file} is in no room of the table`];
  if (free.includes(room)) return [];
  return source.imports.flatMap(({ to }) => {
    if (to === null) return nonLiteral.includes(file) ? [] : [`${file} holds an import() that is not a literal`];
    if (to.startsWith(".")) return localImport({ file, room, to, sources });
    return to.startsWith("node:") ? nodeImport(file, room, to) : packageImport(file, room, to);
  });
}

function localImport({ file, room, to, sources }: { file: string; room: string; to: string; sources: Sources }): string[] {
  const target = resolved(file, to);
  if (!sources.has(target)) return [`${file} imports ${to}, which is not there`];
  const other = roomOf(target);
  if (other === null || other === room) return [];
  if (room === entry) return roots.includes(other) || other.startsWith("src/") ? [] : [`${file} imports ${target}`];
  if (roots.includes(room))
    return (roots.includes(other) && !shared.includes(other)) || other === entry || other === "lab" ? [`${file} imports ${target}`] : [];
  return table[room]?.includes(other) ? [] : [`${file} imports ${target}: ${room} may not reach ${other}`];
}

function nodeImport(file: string, room: string, to: string): string[] {
  if (forbidden.includes(to)) return [`${file} imports ${to}, with which it could import anything unseen`];
  const allowed = pure[room];
  return allowed === undefined || allowed.includes(to) ? [] : [`${file} imports ${to}: ${room} does no I/O`];
}

function packageImport(file: string, room: string, to: string): string[] {
  const name = to.startsWith("@") ? to.split("/").slice(0, 2).join("/") : (to.split("/")[0] ?? to);
  if (everywhere.includes(name)) return [];
  return packages[name]?.includes(room) ? [] : [`${file} imports package ${name}, which ${room} may not use`];
}

function resolved(file: string, to: string): string {
  return normalize(join(dirname(file), to)).replace(/\.js$/, ".ts");
}

function cycles(parsed: ReadonlyMap<string, Parsed>): string[] {
  const state = new Map<string, "open" | "done">();
  const found: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === "done") return;
    if (state.get(file) === "open") {
      found.push(`import cycle: ${[...path.slice(path.indexOf(file)), file].join(" -> ")}`);
      return;
    }
    state.set(file, "open");
    for (const { to } of parsed.get(file)?.imports ?? []) if (to?.startsWith(".")) visit(resolved(file, to), [...path, file]);
    state.set(file, "done");
  };
  for (const file of parsed.keys()) visit(file, []);
  return found;
}
