/** What is printed: text, numbers and so on, lists, and maps whose order is the order of printing. */
export type Printed = null | boolean | number | string | readonly Printed[] | PrintedMap;
export type PrintedMap = ReadonlyMap<string, Printed>;

/** How one type of the API is read from JSON and printed. A value of another type is an error, as it is for Go's decoder. */
export interface Shape {
  type: string;
  print(value: unknown): Printed;
  /** What a field of this type holds when nothing sets it. */
  zero: Printed;
  /** Fields by name, if it is a struct. */
  fields?: Fields;
  /** Shape of the members, if it is a list. */
  members?: Shape;
}

/** `omitempty`: not when zero; `pointer`: whenever it is set; `always`; `omitzero`: a struct with something in it. */
export type Mode = "omitempty" | "pointer" | "always" | "omitzero";

export interface Field {
  shape: Shape;
  mode: Mode;
}

/** In the order in which they are printed. */
export type Fields = Readonly<Record<string, Field>>;

const optional = (shape: Shape): Field => ({ shape, mode: "omitempty" });
export const pointer = (shape: Shape): Field => ({ shape, mode: "pointer" });
export const always = (shape: Shape): Field => ({ shape, mode: "always" });
export const omitzero = (shape: Shape): Field => ({ shape, mode: "omitzero" });

class WrongType extends Error {}

/** A value that takes `test`, printed as it is or as `convert` says. */
export function scalar(type: string, zero: Printed, convert: (value: unknown) => Printed | undefined): Shape {
  const print = (value: unknown): Printed => {
    const converted = convert(value);
    if (converted === undefined) throw new WrongType(`cannot unmarshal ${JSON.stringify(value)} into Go value of type ${type}`);
    return converted;
  };
  return { type, zero, print };
}

export const stringShape = scalar("string", "", (value) => (typeof value === "string" ? value : undefined));
export const numberShape = scalar("int", 0, (value) => (typeof value === "number" ? value : undefined));
/** A number that need not be whole. */
const floatShape = scalar("float64", 0, (value) => (typeof value === "number" ? value : undefined));
export const booleanShape = scalar("bool", false, (value) => (typeof value === "boolean" ? value : undefined));

/** Fields that are left out when zero. */
export const text = optional(stringShape);
export const number = optional(numberShape);
export const flag = optional(booleanShape);

/** Fields that are printed whenever they are set. */
export const someText = pointer(stringShape);
export const someNumber = pointer(numberShape);
export const someFloat = pointer(floatShape);
export const someFlag = pointer(booleanShape);

export function listOf(member: Shape): Shape {
  const print = (value: unknown): Printed => {
    if (!Array.isArray(value)) throw new WrongType(`cannot unmarshal ${typeof value} into Go value of type []${member.type}`);
    return value.map((item: unknown) => (item === null ? member.zero : member.print(item)));
  };
  return { type: `[]${member.type}`, zero: null, print, members: member };
}

export const list = (member: Shape): Field => optional(listOf(member));
export const texts = list(stringShape);
export const someTexts = pointer(listOf(stringShape));

/** Labels and the like: printed in the order of their keys. */
export const mapShape: Shape = {
  type: "map[string]string",
  zero: null,
  print(value) {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new WrongType(`cannot unmarshal ${JSON.stringify(value)} into Go value of type map[string]string`);
    const entries = Object.entries(value).map(([key, item]): [string, Printed] => [key, stringShape.print(item ?? "")]);
    return new Map(entries.toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
  },
};
export const labels = optional(mapShape);

export function struct(type: string, fields: Fields): Shape {
  const print = (value: unknown): Printed => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new WrongType(`cannot unmarshal ${JSON.stringify(value)} into Go value of type ${type}`);
    return printFields(fields, value as Readonly<Record<string, unknown>>);
  };
  return {
    type,
    fields,
    print,
    get zero() {
      return printFields(fields, {});
    },
  };
}

function printFields(fields: Fields, value: Readonly<Record<string, unknown>>): PrintedMap {
  const printed = new Map<string, Printed>();
  for (const [name, field] of Object.entries(fields)) {
    const item = printField(field, Object.hasOwn(value, name) ? (value[name] ?? undefined) : undefined);
    if (item !== undefined) printed.set(name, item);
  }
  return printed;
}

function printField({ shape, mode }: Field, value: unknown): Printed | undefined {
  if (value === undefined) return mode === "always" ? shape.zero : undefined;
  const printed = shape.print(value);
  if (mode === "omitempty" && isEmpty(printed)) return undefined;
  if (mode === "omitzero" && isZero(shape, value)) return undefined;
  return printed;
}

function isEmpty(printed: Printed): boolean {
  if (Array.isArray(printed)) return printed.length === 0;
  if (printed instanceof Map) return printed.size === 0;
  return printed === null || printed === false || printed === 0 || printed === "";
}

/** Nothing is set in it; an empty list counts as something, for Go tells it from none. */
function isZero(shape: Shape, value: unknown): boolean {
  return Object.entries(value as object).every(([name, item]) => {
    const known = shape.fields?.[name] !== undefined;
    return !known || item === null || item === "" || item === 0 || item === false;
  });
}

/** A scalar as text; nothing for what is not there. */
export function shown(value: Printed | undefined): string {
  return value === undefined || value === null || typeof value === "object" ? "" : String(value);
}

/** What is printed as plain data. */
export function plain(value: Printed): unknown {
  if (Array.isArray(value)) return (value as readonly Printed[]).map(plain);
  return value instanceof Map ? Object.fromEntries([...value].map(([name, item]) => [name, plain(item as Printed)])) : value;
}
