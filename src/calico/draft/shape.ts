/** What is wrong at one place of a document. */
export interface Wrong {
  /** Keys and indexes from the top of the object. */
  path: Path;
  /** Names the wrong word. */
  text: string;
  /** What to write instead; null = the text says it. */
  hint: string | null;
  /** True = a newer Calico may know it: calicoctl decides. */
  doubt: boolean;
}
export type Path = readonly (string | number)[];
export type Complaint = Pick<Wrong, "text" | "hint">;

/** What may stand at a place. */
export type Shape =
  | { is: "leaf"; check: (value: unknown) => Complaint | null }
  | { is: "list"; of: Shape }
  | { is: "map"; name: (name: string) => Complaint | null; of: Shape }
  | Fields;

/** An object with named fields. */
export interface Fields {
  is: "fields";
  fields: Readonly<Record<string, Shape>>;
  required: readonly string[];
  /** True = its fields change from version to version, so an unknown one is a doubt and no fault. */
  open: boolean;
  /** What hangs together: asked when every field for itself is right. */
  also: (object: Readonly<Record<string, unknown>>) => Iterable<Partial<Wrong>>;
}

export const list = (of: Shape): Shape => ({ is: "list", of });
export const map = (name: (name: string) => Complaint | null, of: Shape): Shape => ({ is: "map", name, of });

/** An object with these fields and no others. */
export function fields(known: Readonly<Record<string, Shape>>, more: Partial<Omit<Fields, "is" | "fields">> = {}): Fields {
  return { is: "fields", fields: known, required: [], open: false, also: () => [], ...more };
}
