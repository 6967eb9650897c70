import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { buildCalicoctl } from "../../../lab/calicoctl/build.js";
import { awkward, type Generated, generated, type Json } from "./generate.js";
import type { Outcome } from "./masked.js";
import { run } from "./run.js";
import { type Loaded, loadedEtcd } from "./world.js";

const folder = mkdtempSync(join(tmpdir(), "calicoctl-generated-"));
const root = "/calico/resources/v3/projectcalico.org";
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

const keyOf = ({ plural, namespace, name }: Generated): string => [root, plural, ...(namespace ? [namespace] : []), name].join("/");
const byKey = (a: Generated, b: Generated): number => Buffer.compare(Buffer.from(keyOf(a)), Buffer.from(keyOf(b)));

async function get(...words: string[]): Promise<Outcome> {
  const env = { DATASTORE_TYPE: "etcdv3", ETCD_ENDPOINTS: etcd.endpoint };
  return run({ argv: [program, "get", ...words], env, deadlineMs: 15_000 });
}

/** As it must be shown, with the revision that etcd gave it. */
function shownWith({ shown }: Generated, revision: string | undefined): Json {
  return { ...shown, metadata: { ...(shown["metadata"] as Json), resourceVersion: revision } };
}

/** Every map of the value, in the order in which it was written. */
function maps(value: unknown): Json[] {
  if (Array.isArray(value)) return value.flatMap(maps);
  return typeof value === "object" && value !== null ? [value as Json, ...Object.values(value).flatMap(maps)] : [];
}

const kinds = [...new Set(generated(1).map(({ kind }) => kind))];

describe.each([1, 20_261, 4_000_003])("a keyspace that no recording has seen (seed %i)", (seed) => {
  const all = generated(seed);
  beforeAll(() => etcd.load(all.map((one) => ({ key: keyOf(one), value: JSON.stringify(one.stored) }))), 30_000);

  /** The whole list of a kind as it must come back. */
  const listOf = (kind: string): Json => {
    const revisions = etcd.revisions();
    const own = all.filter((one) => one.kind === kind).toSorted(byKey);
    const items = own.map((one) => shownWith(one, revisions.of.get(keyOf(one))));
    const order = (tier: Json): number => (tier["spec"] as { order: number }).order;
    if (kind === "Tier") items.sort((a, b) => order(a) - order(b));
    const allow = [{ action: "Allow" }];
    const extra = {
      ...all[0]?.shown,
      kind,
      metadata: { name: "projectcalico-default-allow", resourceVersion: "1" },
      spec: { ingress: allow, egress: allow },
    };
    const { status: _, ...made } = extra as Json;
    if (kind === "Profile") items.push(made);
    return { kind: `${kind}List`, apiVersion: "projectcalico.org/v3", metadata: { resourceVersion: revisions.store }, items };
  };
  const everywhere = (kind: string): string[] => (all.some((one) => one.kind === kind && one.namespace) ? ["-A"] : []);

  test.each(kinds)("%s: JSON says what etcd holds, in the order of Go's fields, and ends without a newline", async (kind) => {
    const { exitCode, stdout, stderr } = await get(kind, ...everywhere(kind), "-o", "json");

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual(listOf(kind));
    expect(stdout.slice(0, 40)).toBe(`{\n  "kind": "${kind}List",\n  "apiVersion": `.slice(0, 40));
    expect(stdout.endsWith("}")).toBe(true);
    expect(stdout).not.toMatch(/[<>&\u2028]/);
  });

  test.each(kinds)("%s: YAML says the same to readers of YAML 1.1 and 1.2, keys in order, one newline at the end", async (kind) => {
    const { exitCode, stdout, stderr } = await get(kind.toLowerCase(), ...everywhere(kind), "--output=yaml");
    const expected = listOf(kind);

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(parse(stdout)).toEqual(expected);
    expect(parse(stdout, { version: "1.1" })).toEqual(expected);
    for (const map of maps(parse(stdout)).filter((one) => Object.keys(one).every((key) => /^[a-z]+$/i.test(key))))
      expect(Object.keys(map)).toEqual(Object.keys(map).toSorted((a, b) => (a < b ? -1 : 1)));
    expect(stdout).toMatch(/[^\n]\n$/);
  });

  test("one object by name, in its namespace and no other", async () => {
    for (const one of all.filter(({ kind }) => ["NetworkPolicy", "WorkloadEndpoint", "GlobalNetworkPolicy"].includes(kind)).slice(0, 6)) {
      const where = one.namespace ? ["-n", one.namespace] : [];
      const found = await get(one.kind, one.name, ...where, "-o", "json");
      const path = one.namespace ? `nowhere/${one.name}` : `${one.name}x`;
      const missing = await get(
        one.kind,
        one.namespace ? one.name : `${one.name}x`,
        ...(one.namespace ? ["-n", "nowhere"] : []),
        "-o",
        "yaml",
      );

      expect(JSON.parse(found.stdout)).toEqual(shownWith(one, etcd.revisions().of.get(keyOf(one))));
      expect(missing).toEqual({
        exitCode: 1,
        stdout: "null\n",
        stderr: `resource does not exist: ${one.kind}(${path}) with error: <nil>\n`,
      });
    }
  });

  test("a policy's fields stand in the order of the API, labels in their own", async () => {
    const { stdout } = await get("gnp", "-o", "json");
    const [first] = (JSON.parse(stdout) as { items: { metadata: Json; spec: Json }[] }).items;

    expect(Object.keys(first?.metadata ?? {})).toEqual(["name", "uid", "resourceVersion", "creationTimestamp", "labels", "annotations"]);
    expect(Object.keys(first?.spec ?? {})).toEqual(["tier", "order", "egress", "selector", "types"]);
  });
});

test("the generator draws every awkward text at least once", () => {
  const drawn = new Set(JSON.stringify([1, 20_261, 4_000_003].map(generated)).match(/"(?:[^"\\]|\\.)*"/g));

  expect(awkward.filter((text) => !drawn.has(JSON.stringify(text)))).toEqual([]);
});
