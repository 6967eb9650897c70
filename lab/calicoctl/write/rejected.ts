import { Refused } from "../etcd.js";
import { BadNamespace } from "../namespace.js";
import { Missing, Unreadable } from "../store.js";

/** The change was not made; the message says why. */
export class Rejected extends Error {}
/** What was to be created is there. */
export class Exists extends Rejected {}
/** Somebody else changed it since it was read. */
export class Conflict extends Rejected {}

/** Errors that concern one resource, so that the next one can be tried. */
export function concernsOne(error: unknown): error is Error {
  return [Rejected, Missing, Unreadable, Refused, BadNamespace].some((known) => error instanceof known);
}
