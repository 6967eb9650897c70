import { End, out } from "../end.js";
import type { Named } from "../input/documents.js";

/** What became of the resources of one command. */
export interface Results {
  resources: readonly Named[];
  /** How many were dealt with. */
  handled: number;
  errors: readonly string[];
}

/** `apply` and `applied`, and so on. */
export interface Verb {
  verb: string;
  done: string;
}

/** The kind in quotes if all are of one, with a blank before it. */
function kindOf(resources: readonly Named[]): string {
  const [kind, ...others] = new Set(resources.map((one) => one.kind.kind));
  return others.length === 0 ? ` '${kind}'` : "";
}

const joined = (errors: readonly string[]): string => `[${errors.join(" ")}]`;

function success({ resources, handled }: Results, done: string): void {
  out(`Successfully ${done} ${handled}${kindOf(resources)} resource(s)\n`);
}

function partial({ resources, handled }: Results, done: string): void {
  out(`Partial success: ${done} the first ${handled} out of ${resources.length}${kindOf(resources)} resources:\n`);
}

/** `apply`, `create` and `validate`: all errors, and how many went well if those are more. */
export function reportAll(results: Results, { verb, done }: Verb): void {
  const { resources, handled, errors } = results;
  if (errors.length === 0) return success(results, done);
  if (handled === 0) {
    const what = resources.length === 1 ? `${kindOf(resources)} resource` : ` any${kindOf(resources)} resources`;
    throw new End(`failed to ${verb}${what}: ${joined(errors)}`);
  }
  if (handled > errors.length) partial(results, done);
  throw new End(`${verb === "create" ? "hit error" : "hit error(s)"}: ${joined(errors)}`);
}

/** `replace` counts what failed among what it handled, and tells the last error only. */
export function reportLast(results: Results, { done }: Verb): void {
  const last = results.errors.at(-1);
  if (last === undefined) return success(results, done);
  if (results.handled > 0) partial(results, done);
  throw new End(`hit error: ${last}`);
}

/** `delete` tells every error in a line of its own. */
export function reportEach(results: Results, { verb, done }: Verb): void {
  const { resources, handled, errors } = results;
  if (handled > 0) success(results, done);
  const lines = errors.map((error) => `Failed to ${verb}${kindOf(resources)} resource: ${error}\n`);
  if (lines.length > 0) throw new End(`${lines.join("")}\n`);
}
