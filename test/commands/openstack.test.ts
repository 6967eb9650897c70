import { describe, expect, test } from "@jest/globals";
import openstack from "../../commands/openstack.js";
import { parseLine } from "../../src/command/parse.js";
import { toFailure } from "../../src/contract/failure.js";
import { ask, fakeCluster } from "../support/cluster.js";
import { golden } from "../support/golden.js";

const printed = (line: string): unknown => {
  const found = golden("openstack/port.json").find(({ argv }) => argv.join(" ") === `openstack ${line} -f json`);
  if (!found) throw new Error(`nothing recorded as ${line}`);
  return JSON.parse(found.stdout);
};
const answering = (value: unknown) => fakeCluster({ cloud: { cli: async () => ({ ok: true, value }) } });

describe("openstack", () => {
  test("shows a list as the table that it is, with how many rows", async () => {
    const card = await ask(openstack, answering(printed("port list")), { words: ["port", "list"] });

    expect(card.verdict.text).toMatch(/^`openstack port list`: \d+ rows$/);
    expect(card.sections[0]).toMatchObject({
      kind: "table",
      columns: [{ title: "ID" }, { title: "Name" }, { title: "MAC Address" }, { title: "Fixed IP Addresses" }, { title: "Status" }],
      rows: expect.arrayContaining([expect.arrayContaining(["unbound", expect.stringContaining("ip_address=10.65.0.242"), "DOWN"])]),
    });
  });

  test("shows one thing field by field", async () => {
    const card = await ask(openstack, answering(printed("port show web-1")), { words: ["port", "show", "web-1"] });

    expect(card.sections[0]).toMatchObject({
      columns: [{ title: "field" }, { title: "value" }],
      rows: expect.arrayContaining([["binding_host_id", "compute-1"]]),
    });
  });

  test("hides fields that may hold a secret, and cuts what is long", async () => {
    const thing = { name: "web", adminPass: "hunter2", user_data: "c2VjcmV0", nested: { token: "t-1", kept: 1 }, long: "x".repeat(1000) };
    const text = JSON.stringify(await ask(openstack, answering(thing), { words: ["server", "show", "web"] }));

    expect(text).not.toMatch(/hunter2|c2VjcmV0|t-1"|x{400}/);
    expect(text).toContain("token=[hidden], kept=1");
  });

  test("says none for an empty list, and shows the first of many", async () => {
    const many = Array.from({ length: 700 }, (_, i) => ({ ID: `id-${i}` }));

    expect((await ask(openstack, answering([]), { words: ["port", "list"] })).verdict.text).toBe("`openstack port list`: 0 rows");
    const card = await ask(openstack, answering(many), { words: ["port", "list"] });
    expect(card.verdict.text).toBe("`openstack port list`: 700 rows");
    expect(card.sections[0]).toMatchObject({ title: "100 of 700 rows; a filter shows others" });
  });

  test("offers the nearest read for a slip", async () => {
    const { readOf } = await import("../../src/cluster/openstack-reads.js");
    const cluster = fakeCluster({
      cloud: {
        async cli(words) {
          try {
            return { ok: true, value: readOf(words) };
          } catch (error) {
            return { ok: false, failure: toFailure(error) };
          }
        },
      },
    });

    expect(await ask(openstack, cluster, { words: ["prot", "list"] }).then(() => null, toFailure)).toMatchObject({
      code: "usage",
      hint: "did you mean `openstack port list`?",
    });
  });

  test("takes every word as it stands, flags and all, but for the cluster", () => {
    const said = parseLine("openstack port list --host compute1 device-id=x --cluster lab", new Map([["openstack", openstack]]));

    expect(said).toMatchObject({
      args: { words: ["port", "list", "--host", "compute1", "device-id=x"] },
      cluster: "lab",
      line: "openstack port list --host compute1 device-id=x --cluster lab",
    });
  });
});
