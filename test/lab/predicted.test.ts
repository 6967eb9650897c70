import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { buildCalicoctl } from "../../lab/calicoctl/build.js";
import type { Step } from "../../src/contract/plan.js";
import { stepsOf } from "../../src/plan/steps.js";
import { draftOf } from "../../src/plan/wanted.js";
import { isBefore, isOurs } from "../../src/plan/whose.js";
import type { World } from "../../src/plan/world.js";
import { golden } from "../support/keyspace.js";
import { written } from "./calicoctl/documents.js";
import { run } from "./calicoctl/run.js";
import { type Loaded, loadedEtcd } from "./calicoctl/world.js";

const folder = mkdtempSync(join(tmpdir(), "predicted-"));
let program = "";
let etcd: Loaded;
beforeAll(async () => {
  program = await buildCalicoctl(folder);
  etcd = await loadedEtcd([]);
}, 60_000);
afterAll(() => {
  etcd?.stop();
  rmSync(folder, { recursive: true, force: true });
});

type Value = Readonly<Record<string, unknown>>;
const valueAt = (key: string): string | null => etcd.values(key).get(key) ?? null;

/** What somebody wants of an object, compared with what lies in etcd now. */
function stepFor(action: "apply" | "delete", object: Value): Step | null {
  const stored = new Map([...etcd.values("/calico/")].map(([key, value]) => [key, { value: JSON.parse(value) as Value, revision: 1 }]));
  const world: World = {
    ...{ stored, pools: [], blocks: [], tiers: new Set(["default"]), vmNamespace: "openstack", endpointsOn: new Map() },
    ...{ generation: "plain", revision: 1 },
  };
  return stepsOf([{ action, draft: draftOf(object) }], world).steps[0] ?? null;
}

/** Writes as a worker does, but for the version: the program alone decides what is stored. */
async function write(how: "create" | "replace" | "delete", document: string): Promise<void> {
  const env = { DATASTORE_TYPE: "etcdv3", ETCD_ENDPOINTS: etcd.endpoint };
  const outcome = await run({ argv: [program, how, "-f", "-"], env, stdin: document, deadlineMs: 20_000 });
  expect([document, outcome]).toEqual([document, expect.objectContaining({ exitCode: 0 })]);
}

const must = (step: Step | null): Step => {
  if (step === null) throw new Error("nothing to do");
  return step;
};

describe("what the program stores is what was predicted", () => {
  test.each(written(3).map((one) => [one.kind, one.name, one] as const))(
    "%s %s: created, changed, put back, deleted",
    async (kind, name, one) => {
      const { namespace, labels, spec, otherSpec } = one;
      const object = (of: object): Value => ({
        apiVersion: "projectcalico.org/v3",
        kind,
        metadata: { name, labels, ...(namespace === "" ? {} : { namespace }) },
        spec: of,
      });

      const creation = must(stepFor("apply", object(spec)));
      expect(isBefore(creation, valueAt(creation.key))).toBe(true);
      await write("create", creation.document);
      expect([valueAt(creation.key), isOurs(creation, valueAt(creation.key))]).toEqual([expect.any(String), true]);
      expect(stepFor("apply", object(spec))).toBeNull();

      const change = must(stepFor("apply", object(otherSpec)));
      expect(isBefore(change, valueAt(change.key))).toBe(true);
      expect(isOurs(change, valueAt(change.key))).toBe(false);
      await write("replace", change.document);
      expect([valueAt(change.key), isOurs(change, valueAt(change.key))]).toEqual([expect.any(String), true]);
      expect(isBefore(change, valueAt(change.key))).toBe(false);

      await write("replace", change.inverse ?? "");
      expect(isBefore(change, valueAt(change.key))).toBe(true);
      expect(isOurs(creation, valueAt(creation.key))).toBe(true);

      if (kind === "Tier") return;
      const deletion = must(stepFor("delete", object(spec)));
      await write("delete", deletion.document);
      expect(isOurs(deletion, valueAt(deletion.key))).toBe(true);
      await write("create", deletion.inverse ?? "");
      expect(isBefore(deletion, valueAt(deletion.key))).toBe(true);
    },
  );

  test("recorded objects of people, written again as they are shown, are as they were", async () => {
    const people = golden().filter(
      ({ key }) =>
        /\/v3\/projectcalico\.org\/(tiers|globalnetworkpolicies|networkpolicies|globalnetworksets|ippools|hostendpoints|felixconfigurations|bgppeers|nodes)\//.test(
          key,
        ) && !key.includes("ossg."),
    );
    await etcd.load(people);
    expect(people.length).toBeGreaterThan(15);

    for (const { key, value } of people.filter((one) => !/\/tiers\/(default|kube-)/.test(one.key))) {
      const before = JSON.parse(value) as Value;
      const deletion = must(stepFor("delete", before));
      await write("replace", deletion.inverse ?? "");
      expect([key, isBefore(deletion, valueAt(key))]).toEqual([key, true]);
    }
  }, 60_000);
});
