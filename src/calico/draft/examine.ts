import { nearest } from "../../contract/nearest.js";
import { isObject } from "../part.js";
import type { Complaint, Fields, Path, Shape, Wrong } from "./shape.js";

/** Everything that is wrong with a value, in the order of the document; an empty value is as good as none, as in Calico. */
export function examine(shape: Shape, value: unknown, path: Path = []): Wrong[] {
  if (value === null || value === undefined) return [];
  if (shape.is === "leaf") return wrongs(path, shape.check(value));
  if (shape.is === "list") {
    if (!Array.isArray(value)) return wrongs(path, { text: `${nameOf(path)} is no list`, hint: "begin each entry with `- `" });
    return value.flatMap((one, i) => examine(shape.of, one, [...path, i]));
  }
  if (!isObject(value)) return wrongs(path, { text: `${nameOf(path)} has no fields`, hint: "write them below it, further to the right" });
  if (shape.is === "fields") return examineFields(shape, value, path);
  return Object.entries(value).flatMap(([name, one]) => [
    ...wrongs([...path, name], shape.name(name)),
    ...examine(shape.of, one, [...path, name]),
  ]);
}

function examineFields(shape: Fields, value: Readonly<Record<string, unknown>>, path: Path): Wrong[] {
  const missing = shape.required.filter((name) => value[name] === undefined || value[name] === null || value[name] === "");
  const found = [
    ...missing.flatMap((name) => wrongs(path, { text: `${nameOf(path)} has no \`${name}\``, hint: `add \`${name}:\`` })),
    ...Object.entries(value).flatMap(([name, one]) => {
      const inner = Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined;
      return inner ? examine(inner, one, [...path, name]) : [unknown(name, shape, path)];
    }),
  ];
  if (found.some(({ doubt }) => !doubt)) return found;
  const more = [...shape.also(value)].map(({ path: below = [], text = "", hint = null }) => ({
    path: [...path, ...below],
    text,
    hint,
    doubt: false,
  }));
  return [...found, ...more];
}

function unknown(name: string, { fields, open }: Fields, path: Path): Wrong {
  const known = Object.keys(fields);
  const near = nearest(name, known);
  const others = known.length > 24 ? null : `known here: ${known.join(", ")}`;
  const hint = near === null ? others : `did you mean \`${near}\`?`;
  return { path: [...path, name], text: `\`${name}\` is no field of ${nameOf(path)}`, hint, doubt: open };
}

const wrongs = (path: Path, complaint: Complaint | null): Wrong[] => (complaint ? [{ path, ...complaint, doubt: false }] : []);

/** `spec.ingress[0].source`; the top is called the document. */
export const pathText = (path: Path): string =>
  path.map((part, i) => (typeof part === "number" ? `[${part}]` : `${i === 0 ? "" : "."}${part}`)).join("");

const nameOf = (path: Path): string => (path.length === 0 ? "the document" : `\`${pathText(path)}\``);
