import { randomUUID } from "node:crypto";
import type { Etcd3 } from "etcd3";
import { kindNamed, objectKey } from "../../src/calico/kinds.js";
import type { Calicoctl, CalicoObject } from "../../src/cluster/calicoctl.js";
import { type Failure, toFailure } from "../../src/contract/failure.js";
import { storedForm } from "../../src/plan/stored-form.js";

export type Write = "create" | "replace" | "remove";

/** What happens around a write: a test may hold it up, break it, or change what lies there. */
export interface Around {
  before?: (how: Write, key: string) => Promise<void> | void;
  after?: (how: Write, key: string) => Promise<void> | void;
}

/** A calicoctl that writes to a real etcd as the real one does: one transaction that compares the version. */
export function writingCalicoctl(client: Etcd3, around: Around = {}): Calicoctl & { writes: string[] } {
  const unused = (): never => {
    throw new Error("not asked in this test");
  };
  const writes: string[] = [];
  return {
    writes,
    version: unused,
    nodeStatus: unused,
    get: unused,
    validate: unused,
    async write(how, document) {
      const object = JSON.parse(document) as CalicoObject;
      const key = keyOf(object);
      try {
        await around.before?.(how, key);
        writes.push(`${how} ${key}`);
        const failure = await written(client, how, { key, object });
        await around.after?.(how, key);
        return failure === null ? { ok: true, value: null } : { ok: false, failure };
      } catch (error) {
        return { ok: false, failure: toFailure(error) };
      }
    },
  };
}

export function keyOf({ kind, metadata }: Pick<CalicoObject, "kind" | "metadata">): string {
  const known = kindNamed(kind);
  if (known === null) throw new Error(`no kind ${kind}`);
  return objectKey(known, metadata.name, metadata.namespace);
}

async function written(client: Etcd3, how: Write, { key, object }: { key: string; object: CalicoObject }): Promise<Failure | null> {
  const { resourceVersion, ...metadata } = object.metadata;
  const namespace = object.metadata.namespace ?? null;
  const stored = storedForm({ kind: object.kind, namespace }, { ...object, metadata });
  const value = JSON.stringify({ ...stored, metadata: { ...(stored["metadata"] as object), uid: randomUUID() } });
  const expected = how === "create" ? 0 : Number(resourceVersion);
  if (how !== "create" && resourceVersion === undefined) throw new Error("a test wants every write to name its version");
  const work = client.if(key, "Mod", "==", expected);
  const done = await (how === "remove" ? work.then(client.delete().key(key)) : work.then(client.put(key).value(value))).commit();
  if (done.succeeded) return null;
  return { code: "conflict", message: how === "create" ? `resource already exists: ${object.kind}` : `update conflict: ${object.kind}` };
}
