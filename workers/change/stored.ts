import { isObject } from "../../src/calico/part.js";
import type { KeyValue } from "../../src/cluster/etcd.js";
import { FailureError } from "../../src/contract/failure.js";
import type { Step } from "../../src/contract/plan.js";
import { storedForm } from "../../src/plan/stored-form.js";
import type { Context } from "./context.js";

/** What lies under a step's key; null = nothing. Throws when etcd does not say. */
export async function lies({ etcd, askFor }: Context, change: string, key: string): Promise<KeyValue | null> {
  const read = await etcd.read([{ key }], askFor(change));
  if (!read.ok) throw new FailureError(read.failure);
  return read.value.ranges[0]?.kvs[0] ?? null;
}

export const revisionOf = (found: KeyValue | null): number | null => found?.revision ?? null;

/** What a step that was about to be written has come to: nothing was written, it was, or something else lies there. */
export function judged({ isOurs }: Pick<Context, "isOurs">, step: Step, found: KeyValue | null): "unchanged" | "done" | "conflict" {
  if (revisionOf(found) === step.expect) return "unchanged";
  if (found === null) return step.after === null ? "done" : "conflict";
  return step.after !== null && isOurs(step, found.value) ? "done" : "conflict";
}

/** Whether there lies what a step leaves there, however it came there. */
export function holds({ isOurs }: Pick<Context, "isOurs">, step: Step, found: KeyValue | null): boolean {
  if (found === null || step.after === null) return found === null && step.after === null;
  return isOurs(step, found.value);
}

const undone = { create: "delete", update: "update", delete: "create" } as const;

/** The step that puts a step back, as long as what it left has this revision; null = it left nothing. */
export function inverted(step: Step, revision: number | null): Step {
  const { action, document, inverse } = step;
  const back = inverse ?? document;
  return {
    ...step,
    action: undone[action],
    expect: revision,
    document: back,
    after: inverse === null ? null : JSON.stringify(storedForm(placeIn(inverse), fields(inverse))),
    inverse: action === "delete" ? null : document,
  };
}

/** The document of a step for the one call that does it, with the version that must still be there. */
export function versioned({ document, expect }: Step): string {
  const { metadata, ...rest } = fields(document);
  const { resourceVersion: _, ...kept } = isObject(metadata) ? metadata : {};
  return JSON.stringify({ ...rest, metadata: expect === null ? kept : { ...kept, resourceVersion: String(expect) } });
}

/** Kind, namespace and name that a document says. */
export function placeIn(document: string): { kind: string; namespace: string | null; name: string } {
  const { kind, metadata } = fields(document);
  const { namespace, name } = isObject(metadata) ? metadata : {};
  return { kind: String(kind), namespace: typeof namespace === "string" ? namespace : null, name: String(name) };
}

export function fields(document: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(document);
  return isObject(value) ? value : {};
}
