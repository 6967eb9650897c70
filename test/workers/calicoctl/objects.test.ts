import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { toFailure } from "../../../src/contract/failure.js";
import { readObjects } from "../../../workers/calicoctl/objects.js";
import { golden, type Recorded } from "../../support/golden.js";

const files = (folder: string): string[] =>
  readdirSync(join(import.meta.dirname, "../../golden", folder)).filter((file) => /^get-.*\.json$/.test(file));
const asksJson = ({ argv }: Recorded): boolean => argv[argv.indexOf("-o") + 1] === "json";
const failureOf = (stdout: string) => {
  try {
    return { code: "none", message: JSON.stringify(readObjects(stdout)) };
  } catch (error) {
    return toFailure(error);
  }
};

describe.each(["calicoctl", "calicoctl-next"])("every object that %s printed as JSON", (folder) => {
  test("is read, with all of its fields", () => {
    const records = files(folder).flatMap((file) =>
      golden(`${folder}/${file}`).filter((record) => record.exitCode === 0 && asksJson(record)),
    );
    const kinds = new Set<string>();
    for (const { stdout } of records) {
      const raw = JSON.parse(stdout) as { items?: unknown[] } | unknown[];
      const expected = Array.isArray(raw) ? raw : (raw.items ?? ("items" in raw ? [] : [raw]));
      const objects = readObjects(stdout);

      expect(objects).toEqual(expected);
      for (const object of objects) kinds.add(object.kind);
    }
    expect(records.length).toBeGreaterThan(20);
    expect([...kinds].toSorted()).toEqual(
      expect.arrayContaining(["BGPFilter", "BGPPeer", "ClusterInformation", "IPPool", "NetworkPolicy", "Node", "Tier", "WorkloadEndpoint"]),
    );
  });

  test("that was not found is none", () => {
    const missing = files(folder).flatMap((file) => golden(`${folder}/${file}`).filter((record) => record.name === "not found json"));

    expect(missing.length).toBeGreaterThan(15);
    for (const { stdout } of missing) expect(readObjects(stdout)).toEqual([]);
  });
});

test("several names come as an array, an empty list may be null", () => {
  const two = golden("calicoctl/get-single.json").find((record) => record.name === "two found" && asksJson(record));

  expect(readObjects(two?.stdout ?? "").map((object) => object.metadata.name)).toEqual(["compute-01", "compute-02"]);
  expect(readObjects('{"kind":"NodeList","apiVersion":"projectcalico.org/v3","metadata":{},"items":null}')).toEqual([]);
});

describe("what is no answer is said to be unreadable", () => {
  const cut = golden("calicoctl/get-node.json").find(asksJson)?.stdout.slice(0, -200) ?? "";

  test.each([
    ["nothing", "", "printed nothing"],
    ["a table", "NAME\ncompute-01\n", "printed no JSON: NAME"],
    ["half an answer", cut, "printed no JSON"],
    ["another kind of list", '{"kind":"Node","items":[]}', "another form than known: kind"],
    ["an object without a name", '{"apiVersion":"v3","kind":"Node","metadata":{}}', "metadata.name"],
    ["a number", "7", "another form than known"],
  ])("%s", (_, stdout, message) => {
    expect(failureOf(stdout)).toMatchObject({ code: "unreadable_output", message: expect.stringContaining(message) });
  });
});
