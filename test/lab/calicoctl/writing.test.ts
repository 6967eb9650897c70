import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { stringify } from "yaml";
import { type Bench, bench, documentOf, keyOf } from "./bench.js";
import { type Written, written } from "./documents.js";
import type { Json } from "./generate.js";
import type { Outcome } from "./masked.js";

let at: Bench;
beforeAll(async () => void (at = await bench([])), 60_000);
afterAll(() => at?.stop());

const ok = (done: string, kind: string): Outcome => ({ exitCode: 0, stdout: `Successfully ${done} 1 '${kind}' resource(s)\n`, stderr: "" });
const pathOf = ({ kind, namespace, name }: Written): string => `${kind}(${namespace ? `${namespace}/` : ""}${name})`;
const revisionOf = (one: Written): string => at.etcd.revisions().of.get(keyOf(one)) ?? "none";
const stored = (one: Written): Json => JSON.parse(at.etcd.values(keyOf(one)).get(keyOf(one)) ?? "null") as Json;
const withRevision = (resourceVersion: string): Json => ({ resourceVersion });

describe.each([3, 61])("a keyspace that no recording has seen (%i)", (n) => {
  const all = written(n);

  test.each(all)("$kind: is created once, and stored with defaults, uid and time as the API's fields stand", async (one) => {
    expect(await at.call(["create", "-f", "-"], documentOf(one))).toEqual(ok("created", one.kind));

    const { metadata, ...rest } = stored(one) as { metadata: Json };
    const annotations = { "projectcalico.org/metadata": `{"name":"${one.name}"}` };
    const tiered = one.storedLabels["projectcalico.org/tier"] !== undefined;
    expect(JSON.stringify(rest)).toBe(
      JSON.stringify({
        kind: one.kind,
        apiVersion: "projectcalico.org/v3",
        spec: one.storedSpec,
        ...(["Tier", "Node"].includes(one.kind) && { status: {} }),
      }),
    );
    expect(metadata).toEqual({
      name: one.name,
      ...(one.namespace && { namespace: one.namespace }),
      uid: expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/),
      creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      labels: one.storedLabels,
      ...(tiered && { annotations }),
    });

    expect(await at.call(["create", "-f", "-"], documentOf(one))).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: `failed to create '${one.kind}' resource: [resource already exists: ${pathOf(one)} with error: <nil>]\n`,
    });
  });

  test.each(all)(
    "$kind: is replaced only at the version that is named, keeps its uid, and gets the labels of the document",
    async (one) => {
      const before = stored(one) as { metadata: Json };
      const first = revisionOf(one);
      const document = documentOf({ ...one, labels: { only: "this" } }, withRevision(first), one.otherSpec);

      expect(await at.call(["replace", "-f", "-"], document)).toEqual(ok("replaced", one.kind));
      expect(revisionOf(one)).not.toBe(first);
      const after = stored(one) as { metadata: Json };
      expect(after.metadata["uid"]).toBe(before.metadata["uid"]);
      expect(after.metadata["creationTimestamp"]).toBe(before.metadata["creationTimestamp"]);
      expect(Object.keys(after.metadata["labels"] as Json).filter((key) => !key.startsWith("projectcalico.org/"))).toEqual(["only"]);

      expect(await at.call(["replace", "-f", "-"], document)).toEqual({
        exitCode: 1,
        stdout: `Partial success: replaced the first 1 out of 1 '${one.kind}' resources:\n`,
        stderr: `hit error: update conflict: ${pathOf(one)}\n`,
      });
      expect(stored(one)).toEqual(after);
    },
  );

  test.each(all)("$kind: reads back as it was written, and what was read can be written again", async (one) => {
    const where = one.namespace ? ["-n", one.namespace] : [];
    const { stdout } = await at.call(["get", one.kind, one.name, ...where, "-o", "yaml"]);
    const before = stored(one);

    expect(await at.call(["apply", "-f", "-"], stdout)).toEqual(ok("applied", one.kind));
    expect(stored(one)).toEqual(before);
  });

  // Tiers go last: they must be empty.
  test.each(all.toReversed())("$kind: is deleted only at the version that is named", async (one) => {
    const current = revisionOf(one);
    const stale = await at.call(["delete", "-f", "-"], documentOf(one, withRevision("1")));
    const conflict = `Failed to delete '${one.kind}' resource: update conflict: ${pathOf(one)}\n\n`;

    expect(stale).toEqual({ exitCode: 1, stdout: "", stderr: conflict });
    expect(revisionOf(one)).toBe(current);
    expect(await at.call(["delete", "-f", "-"], documentOf(one, withRevision(current)))).toEqual(ok("deleted", one.kind));
    expect(revisionOf(one)).toBe("none");
  });
});

describe("what is given to it", () => {
  const [tier, global] = written(90) as [Written, Written];
  const sets = written(91).filter(({ kind }) => kind.endsWith("NetworkSet"));

  test("is a folder of YAML and JSON, with or without those below it", async () => {
    const yaml = (one: Written): string => stringify(JSON.parse(documentOf(one)));
    const files = { "d/a.json": documentOf(tier), "d/b.yml": yaml(global), "d/deep/c.yaml": sets.map(yaml).join("---\n"), "d/x.txt": "{" };
    const flat = await at.call(["apply", "-f", "d"], "", files);
    const deep = await at.call(["apply", "-f", "d", "-R"], "", files);

    expect(flat).toEqual({ exitCode: 0, stdout: "Successfully applied 2 resource(s)\n", stderr: "" });
    expect(deep).toEqual({ exitCode: 0, stdout: "Successfully applied 4 resource(s)\n", stderr: "" });
    expect(sets.map(revisionOf)).not.toContain("none");
  });

  test("is a list kind, whose members need not name their kind", async () => {
    const [one] = sets as [Written];
    const items = ["m1", "m2"].map((name) => ({ metadata: { name, namespace: "tenant-91" }, spec: one.spec }));
    const document = JSON.stringify({ apiVersion: "projectcalico.org/v3", kind: "NetworkSetList", items });

    expect((await at.call(["create", "-f", "-"], document)).stdout).toBe("Successfully created 2 'NetworkSet' resource(s)\n");
    expect(stored({ ...one, name: "m2" })["kind"]).toBe("NetworkSet");
  });

  test("is YAML as Go reads it: names in any case, `yes` is true, `22:30` and dates are text", async () => {
    const text =
      "apiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: {name: go, labels: {at: 2026-01-02}}\nspec: {CIDR: 198.19.0.0/16, natoutgoing: yes}";
    expect(await at.call(["apply", "-f", "-"], text)).toEqual(ok("applied", "IPPool"));
    const one = { ...tier, plural: "ippools", name: "go" };

    expect(stored(one)).toMatchObject({ metadata: { labels: { at: "2026-01-02" } }, spec: { cidr: "198.19.0.0/16", natOutgoing: true } });
  });

  test("is validated without any datastore, and `validate` has no option to name one", async () => {
    const good = await at.offline(
      ["validate", "-f", "-"],
      written(5)
        .map((one) => documentOf(one))
        .join("\n---\n"),
    );
    const named = await at.call(["validate", "-f", "-"], documentOf(tier));

    expect(good).toEqual({ exitCode: 0, stdout: `Successfully validated ${written(5).length} resource(s)\n`, stderr: "" });
    expect(named.exitCode).toBe(1);
    expect(named.stderr).toMatch(/^Usage:\n {2}calicoctl validate --filename=/);
  });
});

describe("two at once", () => {
  const [one] = written(70).filter(({ kind }) => kind === "GlobalNetworkSet") as [Written];
  const eight = (call: (i: number) => Promise<Outcome>): Promise<Outcome[]> => Promise.all(Array.from({ length: 8 }, (_, i) => call(i)));

  test("of eight that create the same, one does", async () => {
    const outcomes = await eight(() => at.call(["create", "-f", "-"], documentOf(one)));

    expect(outcomes.filter(({ exitCode }) => exitCode === 0)).toHaveLength(1);
  }, 30_000);

  test("of eight that replace the same version, one does", async () => {
    const version = withRevision(revisionOf(one));
    const outcomes = await eight((i) => at.call(["replace", "-f", "-"], documentOf(one, version, { nets: [`203.0.113.${i}/32`] })));
    const won = outcomes.findIndex(({ exitCode }) => exitCode === 0);

    expect(outcomes.filter(({ exitCode }) => exitCode === 0)).toHaveLength(1);
    expect(stored(one)["spec"]).toEqual({ nets: [`203.0.113.${won}/32`] });
  }, 30_000);

  test("of eight that delete the same version, one does", async () => {
    const version = withRevision(revisionOf(one));
    const outcomes = await eight(() => at.call(["delete", "-f", "-"], documentOf(one, version)));

    expect(outcomes.filter(({ exitCode }) => exitCode === 0)).toHaveLength(1);
  }, 30_000);
});

describe("one resource at a time", () => {
  const [peer, node] = ["BGPPeer", "Node"].map((kind) => written(80).find((one) => one.kind === kind)) as [Written, Written];
  const labels = (one: Written): unknown => (stored(one) as { metadata: Json }).metadata["labels"];

  test("labels are set, changed only if that is wanted, and removed", async () => {
    await at.call(["create", "-f", "-"], documentOf({ ...peer, labels: {} }));
    const label = async (...words: string[]): Promise<string> => {
      const { stdout, stderr } = await at.call(["label", "bgppeer", peer.name, ...words]);
      return stdout + stderr;
    };

    expect(await label("rack=r1")).toBe(`Successfully set label rack on bgppeer ${peer.name}\n`);
    expect(await label("rack=r2")).toMatch(/already present/);
    expect(labels(peer)).toEqual({ rack: "r1" });
    expect(await label("rack=r2", "--overwrite")).toBe(`Successfully updated label rack on bgppeer ${peer.name}\n`);
    expect(labels(peer)).toEqual({ rack: "r2" });
    expect(await label("rack", "--remove")).toBe(`Successfully removed label rack from bgppeer ${peer.name}\n`);
    expect(labels(peer)).toBeUndefined();
  });

  test("a patch merges maps, replaces lists, and removes what is null", async () => {
    const patch = JSON.stringify({ metadata: { labels: { a: "b" } }, spec: { filters: ["f1"], nodeSelector: null, asNumber: 64_999 } });

    expect(await at.call(["patch", "bgppeer", peer.name, "-p", patch])).toEqual({
      exitCode: 0,
      stdout: "Successfully patched 1 'BGPPeer' resource\n",
      stderr: "",
    });
    expect(stored(peer)["spec"]).toEqual({ peerIP: peer.spec["peerIP"], asNumber: 64_999, filters: ["f1"] });
    expect(labels(peer)).toEqual({ a: "b" });
  });

  test("with a node go its endpoints, its peers and its own configuration, and nobody else's", async () => {
    const own = { ...peer, name: "own-peer", spec: { peerIP: "198.18.0.9", asNumber: 65_001, node: node.name } };
    const felix = written(80).find(({ kind }) => kind === "FelixConfiguration") as Written;
    const mine = [own, { ...felix, name: `node.${node.name}` }, ...written(80).filter(({ kind }) => kind === "HostEndpoint")];
    const others = [peer, { ...felix, name: "node.other" }];
    await at.call(["apply", "-f", "-"], [node, ...mine, ...others].map((one) => documentOf(one)).join("\n---\n"));
    expect(mine.map(revisionOf)).not.toContain("none");

    expect(await at.call(["delete", "node", node.name])).toEqual(ok("deleted", "Node"));
    expect([node, ...mine].map(revisionOf)).toEqual([node, ...mine].map(() => "none"));
    expect(others.map(revisionOf)).not.toContain("none");
  });
});
