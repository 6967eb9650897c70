import type { z } from "zod";
import type { ArgsSchema } from "./declared.js";

/** What the language knows of one argument, read off its schema and meta. */
export interface Param {
  name: string;
  /** Place among the words, or null for a `--flag`. */
  positional: number | null;
  placeholder: string;
  flag: boolean;
  optional: boolean;
  /** Allowed words, if the schema lists them. */
  choices: readonly string[] | null;
  description: string;
  /** The word names a cluster. */
  target: boolean;
  /** The letter by which `-n` is short for `--namespace`; null = none. */
  short: string | null;
  /** Takes every word as it stands, flags included; a command with one has no other argument. */
  rest: boolean;
}

/** The arguments of a command: positional ones first, in their order. */
export function params(args: ArgsSchema): Param[] {
  const all = Object.entries(args.shape).map(([name, schema]) => param(name, schema as z.ZodType));
  return all.toSorted((a, b) => (a.positional ?? 99) - (b.positional ?? 99));
}

interface Def {
  type: string;
  innerType?: z.ZodType;
  entries?: Record<string, string>;
}

const defOf = (schema: z.ZodType): Def => schema.def;

function param(name: string, schema: z.ZodType): Param {
  const metas = [schema.meta()];
  let inner = schema;
  let optional = false;
  while (defOf(inner).innerType !== undefined) {
    if (["optional", "default", "nullable"].includes(defOf(inner).type)) optional = true;
    inner = defOf(inner).innerType as z.ZodType;
    metas.push(inner.meta());
  }
  // What is said of the whole counts before what is said of a part.
  const meta: { description?: string; [more: string]: unknown } = Object.assign({}, ...metas.toReversed());
  const def = defOf(inner);
  return {
    name,
    positional: typeof meta["positional"] === "number" ? meta["positional"] : null,
    placeholder: typeof meta["placeholder"] === "string" ? meta["placeholder"] : name.toUpperCase(),
    flag: def.type === "boolean",
    optional,
    choices: def.type === "enum" && def.entries ? Object.values(def.entries) : null,
    description: meta.description ?? "",
    target: meta["target"] === true,
    short: typeof meta["short"] === "string" ? meta["short"] : null,
    rest: meta["rest"] === true,
  };
}

/** How a command is typed: `bgp [NODE] [--peer P]`. */
export function usageOf(name: string, args: ArgsSchema): string {
  const parts = params(args).map((p) => {
    if (p.rest) return `${p.placeholder}…`;
    if (p.positional !== null) return p.optional ? `[${p.placeholder}]` : p.placeholder;
    const flag = p.short === null ? `--${p.name}` : `-${p.short}`;
    const text = p.flag ? flag : `${flag} ${p.placeholder}`;
    return p.optional ? `[${text}]` : text;
  });
  return [name, ...parts].join(" ");
}
