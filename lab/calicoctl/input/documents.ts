import { End } from "../end.js";
import { type Kind, kindNamed } from "../kinds.js";
import { plain } from "../shapes/shape.js";
import { decode, type Json, Stray, Undecodable } from "./decode.js";
import { filesOf, type Source, textOf } from "./files.js";
import { parseYaml, split, Unreadable } from "./yaml.js";

/** A resource that a file names. */
export interface Named {
  kind: Kind;
  name: string;
  namespace: string;
}

/** A resource as a file describes it, decoded. */
export interface Document extends Named {
  object: Json;
}

/** Nothing is in what was given. */
export class Nothing extends Error {}

/** The resources that a file, a folder or the standard input holds; one that cannot be decoded ends the command. */
export async function documents(source: Source): Promise<Document[]> {
  try {
    return await read(source);
  } catch (error) {
    if (error instanceof Stray) throw new End(`field in document is not recognized or is in the wrong location: ${error.message}`);
    if (error instanceof Undecodable)
      throw new End(`failed to execute command: error unmarshaling JSON: while decoding JSON: ${error.message}`);
    if (error instanceof Unreadable) throw new End(`failed to execute command: ${error.message}`);
    throw error;
  }
}

async function read(source: Source): Promise<Document[]> {
  const { folder, files } = filesOf(source);
  const found: Document[] = [];
  for (const file of files) {
    const own: Document[] = [];
    for (const text of split(await textOf(file))) own.push(...inDocument(await parseYaml(text)));
    if (own.length === 0 && !source.skipEmpty) throw new Nothing(`no resources specified in file ${file}`);
    found.push(...own);
  }
  if (found.length === 0 && folder && !source.skipEmpty) throw new Nothing(`no resources specified in directory ${source.path}`);
  return found;
}

const isMap = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

/** The resources of one document: itself, the members of a list kind, or those of a plain list. */
function inDocument(document: unknown): Document[] {
  if (Array.isArray(document)) return document.flatMap((item) => inDocument(item ?? {}));
  if (document !== null && !(isMap(document) && typeof document["kind"] === "string" && document["kind"] !== ""))
    throw new Undecodable(
      `json: cannot unmarshal ${isMap(document) ? "object" : typeof document} into Go value of type []unstructured.Unstructured`,
    );
  const { apiVersion = "", kind: name = "", items } = (document ?? {}) as { apiVersion?: string; kind?: string; items?: unknown };
  const kind = apiVersion === "projectcalico.org/v3" ? kindNamed(name.replace(/List$/, "")) : null;
  if (!kind) throw new Unreadable(`unknown resource type (${name}) and/or version (${apiVersion})`);
  if (!name.endsWith("List")) return [one(kind, document)];
  return (Array.isArray(items) ? items : []).map((item) => one(kind, item));
}

function one(kind: Kind, document: unknown): Document {
  const object = plain(kind.shape.print(decode(kind.shape, document ?? {}))) as Json;
  const { name = "", namespace = "" } = object["metadata"] as { name?: string; namespace?: string };
  return { kind, name, namespace, object };
}
