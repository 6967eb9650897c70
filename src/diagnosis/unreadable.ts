import { z } from "zod";
import type { Line, Section } from "../contract/view.js";
import { count } from "./say.js";

/** Values in etcd that could not be read and are left out of an answer: how many, and the first of their keys. */
export const Unreadable = z.object({ count: z.number(), keys: z.array(z.string()) });
export type Unreadable = z.infer<typeof Unreadable>;

const mostKeys = 20;
const mostShown = 5;

/** Out of the keys that were noted; one that was tried twice counts once. */
export function unreadableOf(keys: readonly string[]): Unreadable {
  const all = [...new Set(keys)];
  return { count: all.length, keys: all.slice(0, mostKeys) };
}

/** `2 values in etcd could not be read`; null = all could. */
export const sayUnreadable = ({ count: n }: Unreadable): string | null =>
  n === 0 ? null : `${count(n, "value")} in etcd could not be read`;

/** Names them in a card: what is asked for may be among them. */
export function unreadableSection(unreadable: Unreadable): Section[] {
  const text = sayUnreadable(unreadable);
  if (text === null) return [];
  const more = unreadable.count - Math.min(mostShown, unreadable.keys.length);
  const line: Line = { light: "warn", text: `${text} and ${unreadable.count === 1 ? "is" : "are"} left out` };
  const keys = unreadable.keys.slice(0, mostShown);
  return [{ kind: "lines", title: "cannot be read", lines: [{ ...line, detail: more > 0 ? [...keys, `and ${more} more`] : keys }] }];
}
