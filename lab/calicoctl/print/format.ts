import { End } from "../end.js";
import type { Printed, PrintedMap } from "../shapes/shape.js";
import type { Store } from "../store.js";
import { printJson } from "./json.js";
import { tables } from "./tables.js";
import { printYaml } from "./yaml.js";

/** Text of the resources that were found. */
export type Format = (found: readonly PrintedMap[], store: Store) => Promise<string> | string;

/** How `--output` wants it; `namespaces`: tables tell the namespace. */
export function formatOf(output: string, namespaces: boolean): Format {
  const [name = "", ...rest] = output.split("=");
  const value = rest.join("=");
  if (["yaml", "yml"].includes(output)) return (found) => printYaml(whole(found));
  if (output === "json") return (found) => printJson(whole(found));
  if (output === "ps" || output === "wide") return (found, store) => tables(found, store, { wide: output === "wide", namespaces });
  if (name === "custom-columns") {
    if (value === "") throw new End("need to specify at least one column");
    return (found, store) => tables(found, store, { wide: false, namespaces: false, headings: value.split(",") });
  }
  if (name === "go-template" || name === "go-template-file") {
    if (value === "") throw new End(`need to specify a template${name === "go-template" ? "" : " file"}`);
    throw new End(`this stand-in has no \`${name}\` yet: use -o json`);
  }
  throw new End(`unrecognized output format '${output}'`);
}

/** One resource stands for itself, several are a list, none is null. */
function whole(found: readonly PrintedMap[]): Printed {
  if (found.length === 0) return null;
  return found.length === 1 ? (found[0] ?? null) : found;
}
