import type { Field, Shape } from "../shapes/shape.js";
import { special } from "./special.js";

export type Json = Readonly<Record<string, unknown>>;

/** The value is not what its type wants; the message is that of Go's decoder. */
export class Undecodable extends Error {}
/** A field that its type does not have. */
export class Stray extends Error {}

/** Where in a document a value stands. */
interface Place {
  /** Innermost struct and the names from the top, or none at the top itself. */
  struct: string;
  path: readonly string[];
}

/** A value as Go's decoder takes it: names in any case, null as nothing; the first thing that is wrong, in the order of the names, is thrown. */
export function decode(shape: Shape, value: unknown, type = shape.type): unknown {
  const wrong: Error[] = [];
  const decoded = new Decoder(wrong).value(shape, value, { struct: type, path: [] });
  if (wrong[0]) throw wrong[0];
  return decoded;
}

class Decoder {
  constructor(private readonly wrong: Error[]) {}

  value(shape: Shape, value: unknown, place: Place): unknown {
    if (value === null || value === undefined) return undefined;
    const own = special(shape.type, value);
    if (own === "taken") return value;
    if (own !== undefined) {
      // Types with a decoder of their own end the decoding at once.
      throw this.wrong[0] ?? (typeof own === "string" ? new Undecodable(own) : mismatch(own.found, own.type, place));
    }
    if (shape.members) return Array.isArray(value) ? this.list(shape.members, value, place) : this.fail(shape, value, place);
    if (shape.fields) return isMap(value) ? this.struct(shape, value, place) : this.fail(shape, value, place);
    if (shape.type === "map[string]string") return isMap(value) ? this.map(value, place) : this.fail(shape, value, place);
    return scalarFits(shape.type, value) ? value : this.fail(shape, value, place);
  }

  private fail(shape: Shape, value: unknown, place: Place): undefined {
    this.wrong.push(mismatch(found(value, shape.type), goType(shape), place));
  }

  private list(member: Shape, items: readonly unknown[], place: Place): unknown[] {
    return items.map((item) => this.value(member, item, place) ?? null);
  }

  private map(value: Json, place: Place): Json {
    const entries = sorted(value).map(([name, item]): [string, unknown] => {
      if (item !== null && typeof item !== "string") this.wrong.push(mismatch(found(item, "string"), "string", place));
      return [name, item ?? ""];
    });
    return Object.fromEntries(entries);
  }

  private struct({ fields = {}, type }: Shape, value: Json, place: Place): Json {
    const taken: [string, unknown][] = [];
    for (const [given, item] of sorted(value)) {
      const [name, field] = named(fields, given) ?? [];
      if (name === undefined || field === undefined) this.wrong.push(new Stray(given));
      else taken.push([name, this.value(field.shape, item, { struct: bare(type), path: [...place.path, name] })]);
    }
    return Object.fromEntries(taken.filter(([, item]) => item !== undefined));
  }
}

const isMap = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
const bare = (type: string): string => type.split(".").at(-1) ?? type;

function sorted(value: Json): [string, unknown][] {
  return Object.entries(value).toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

function named(fields: Readonly<Record<string, Field>>, given: string): [string, Field] | undefined {
  const name = Object.hasOwn(fields, given) ? given : Object.keys(fields).find((known) => known.toLowerCase() === given.toLowerCase());
  const field = name === undefined ? undefined : fields[name];
  return name === undefined || field === undefined ? undefined : [name, field];
}

function scalarFits(type: string, value: unknown): boolean {
  if (type === "string") return typeof value === "string";
  if (type === "bool") return typeof value === "boolean";
  return typeof value === "number" && (type === "float64" || Number.isInteger(value));
}

/** What Go says it found. */
function found(value: unknown, type: string): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return type === "int" ? `number ${value}` : "number";
  return typeof value === "boolean" ? "bool" : typeof value;
}

function goType({ type, members, fields }: Shape): string {
  if (members) return `[]${goType(members)}`;
  return fields && !type.includes(".") ? `v3.${type}` : type;
}

function mismatch(what: string, type: string, { struct, path }: Place): Undecodable {
  const where = path.length === 0 ? "value" : `struct field ${struct}.${path.join(".")}`;
  return new Undecodable(`json: cannot unmarshal ${what} into Go ${where} of type ${type}`);
}
