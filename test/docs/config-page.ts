import { duration, size } from "../../src/config/quantity.js";
import { RawConfig } from "../../src/config/raw.js";
import { meanings } from "./config-meanings.js";

/** The parts of a zod schema that the page tells of. */
interface Shaped {
  shape?: Readonly<Record<string, Shaped>>;
  def: {
    type: string;
    innerType?: Shaped;
    element?: Shaped;
    defaultValue?: unknown;
    entries?: Readonly<Record<string, string>>;
  };
}

interface Key {
  path: string;
  type: string;
  /** As it would be written in the file; "required" or empty where there is none. */
  preset: string;
}

/** docs/config.md, made from the schemas that read the file. */
export function configPage(): string {
  const keys = keysOf(RawConfig, "");
  const paths = new Set(keys.map(({ path }) => path));
  const idle = Object.keys(meanings).filter((path) => !paths.has(path));
  if (idle.length > 0) throw new Error(`no such key: ${idle.join(", ")}`);
  return [
    "# Configuration",
    "",
    "Every key of the file; `examples/config.yaml` shows it in use and `calico-chatops --config FILE check-config` checks yours. A key that is not",
    "here is an error. `[]` is one entry of a list. A secret is named as `env:NAME` or `file:/path` and never written into the file; files are",
    "relative to it. Times are written `500ms`, `8s` or `2m`, sizes `512MiB` or `8GiB`.",
    "",
    "| key | type | default | what for |",
    "|---|---|---|---|",
    ...keys.map(({ path, type, preset }) => `| \`${path}\` | ${type} | ${preset} | ${meaningOf(path)} |`),
    "",
  ].join("\n");
}

function meaningOf(path: string): string {
  const meaning = meanings[path];
  if (meaning === undefined) throw new Error(`nobody says what ${path} is for: test/docs/config-meanings.ts`);
  return meaning;
}

function keysOf(section: Shaped, above: string): Key[] {
  return Object.entries(section.shape ?? {}).flatMap(([name, schema]) => {
    const { core, preset } = unwrap(schema);
    const sections = core.def.type === "array" && core.def.element?.shape !== undefined ? core.def.element : core;
    const path = `${above}${name}${sections === core ? "" : "[]"}`;
    return [{ path, type: typeOf(core), preset }, ...keysOf(sections, `${path}.`)];
  });
}

/** A schema without what makes it optional, and what stands for it when it is left out. */
function unwrap(schema: Shaped): { core: Shaped; preset: string } {
  const { type, innerType, defaultValue } = schema.def;
  if (innerType === undefined) return { core: schema, preset: "required" };
  const { core } = unwrap(innerType);
  if (type === "default") return { core, preset: written(core, defaultValue) };
  if (type === "prefault" || type === "optional") return { core, preset: "" };
  return unwrap(innerType);
}

function written(core: Shaped, value: unknown): string {
  if (Object.is(core, duration)) return `\`${Number(value) / 1000}s\``;
  if (Object.is(core, size)) return `\`${Number(value) / 1024 ** 3}GiB\``;
  if (Array.isArray(value)) return `\`[${value.join(", ")}]\``;
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}

function typeOf(core: Shaped): string {
  if (Object.is(core, duration)) return "time";
  if (Object.is(core, size)) return "size";
  const { type, entries, element } = core.def;
  if (entries !== undefined) return Object.keys(entries).join(", ");
  if (element !== undefined) return element.shape === undefined ? `list of ${typeOf(element)}s` : "list of sections";
  return (
    ({ string: "text", object: "section", boolean: "true or false", record: "names and values" } as Record<string, string>)[type] ?? type
  );
}
