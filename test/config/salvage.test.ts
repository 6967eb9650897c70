import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { parse } from "yaml";
import { salvage } from "../../src/config/salvage.js";
import { type ConfigFolder, configFolder, example } from "./folder.js";

let folder: ConfigFolder;
beforeAll(() => {
  folder = configFolder();
});
afterAll(() => folder.remove());

/** The example with several places changed. */
const mistaken = (...changes: [string, string][]): string =>
  changes.reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replace(from, to);
  }, example);
const pathsOf = async (text: string): Promise<string[]> => (await folder.problems(text)).map(({ path }) => path);

describe("everything wrong with a file is told at once", () => {
  test("its shape, its secrets and its names, in the order of the file", async () => {
    const text = mistaken(
      ["env:REDIS_PASSWORD", "env:NO_SUCH"],
      ["signingKey: file:keys/bot.key", "signingKey: file:keys/none"],
      ["10.0.1.[1-20]", "10.0.1.[1-19]"],
      ["concurrency: 4", "concurrency: four"],
      ["file:keys/ssh-eu1", "file:keys/none"],
      ["[file:keys/worker-us1.pub]", "[nonsense]"],
      ["[eu1], detail", "[eu9], detail"],
    );

    expect(await pathsOf(text)).toEqual([
      "redis.password",
      "bot.signingKey",
      "clusters[0].hosts[1].address",
      "clusters[0].worker.concurrency",
      "clusters[0].worker.ssh.privateKey",
      "clusters[1].workerKeys[0]",
      "access.channels[1].clusters[0]",
    ]);
  });

  test("places stay those of the file when an entry before them is broken", async () => {
    const text = mistaken(
      ["address: 10.0.0.10,", "address: nonsense,"],
      ["10.0.1.[1-20]", "10.0.1.[1-19]"],
      ["- name: eu1", "- name: EU"],
      ["worker-us1.pub", "none.pub"],
    );

    const found = await folder.problems(text);

    const lineOf = (part: string): number => text.split("\n").findIndex((line) => line.includes(part)) + 1;
    expect(found.map(({ path, line }) => [path, line])).toEqual([
      ["clusters[0].name", lineOf("name: EU")],
      ["clusters[0].hosts[0].address", lineOf("nonsense")],
      ["clusters[1].workerKeys[0]", lineOf("none.pub")],
    ]);
  });

  test("what follows from a mistake is not a second one", async () => {
    expect(await pathsOf(mistaken(["{ name: rr1, address: 10.0.0.253", "{ name: rr1, address: 10.0.0.x"]))).toEqual([
      "clusters[0].hosts[3].address",
    ]);
    expect(await pathsOf(mistaken(["- name: us1", "- name: US1"]))).toEqual(["clusters[1].name"]);
    expect(await pathsOf(mistaken(["team: T0EXAMPLE", "team: example"]))).toEqual(["bot.slack.team"]);
    expect(await pathsOf(example.slice(0, example.indexOf("access:")))).toEqual(["access"]);
  });
});

test("any part of the file may be missing or of another kind: it ends, says where, and keeps what is right", () => {
  const paths = every(parse(example));
  const kinds = fc.constantFrom("null", "0", '""', '"x"', "[]", "{}", "[null]", "[[]]", '{ "a": 1 }', "true");
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...paths), kinds), { minLength: 1, maxLength: 4 }), (changes) => {
      const tree: unknown = parse(example);
      for (const [path, value] of changes) put(tree, path, JSON.parse(value));

      const { raw, issues } = salvage(tree);

      expect(issues.length === 0 && raw === null).toBe(false);
      if (raw !== null) expect(raw.clusters.length).toBeLessThanOrEqual(2);
    }),
    { numRuns: 300 },
  );
});

function every(node: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof node !== "object" || node === null) return [];
  const keys = Array.isArray(node) ? [...node.keys()] : Object.keys(node);
  return keys.flatMap((key) => [[...path, key], ...every((node as Record<string | number, unknown>)[key], [...path, key])]);
}

function put(tree: unknown, path: readonly (string | number)[], value: unknown): void {
  const last = path.at(-1);
  const holder = path.slice(0, -1).reduce<unknown>((at, key) => (at as Record<string | number, unknown> | null | undefined)?.[key], tree);
  if (last !== undefined && typeof holder === "object" && holder !== null) (holder as Record<string | number, unknown>)[last] = value;
}
