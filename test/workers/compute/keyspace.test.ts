import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { KeyValue } from "../../../src/cluster/etcd.js";
import { createKeyspace, type Keyspace } from "../../../workers/compute/keyspace.js";

const kv = (key: string, value = "v"): KeyValue => ({ key, value, revision: 1, lease: null });
const keysBelow = (space: Keyspace, prefix: string): string[] => space.find({ prefix }).kvs.map(({ key }) => key);

function spaceOf(...keys: string[]): Keyspace {
  const space = createKeyspace();
  for (const key of keys) space.put(kv(key));
  return space;
}

/** etcd's order. */
const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

describe("a copy of keys", () => {
  test("answers a key, a prefix, keys alone and a count as etcd does", () => {
    const space = spaceOf("/a/2", "/a/1", "/a", "/ab", "/b");

    expect(space.find({ key: "/a" })).toEqual({ kvs: [kv("/a")], count: 1 });
    expect(space.find({ key: "/none" })).toEqual({ kvs: [], count: 0 });
    expect(keysBelow(space, "/a/")).toEqual(["/a/1", "/a/2"]);
    expect(space.find({ prefix: "/a/", keysOnly: true }).kvs).toEqual([kv("/a/1", ""), kv("/a/2", "")]);
    expect(space.find({ count: "/a" })).toEqual({ kvs: [], count: 4 });
  });

  test("leaves what was found as it was when a key is put anew or goes", () => {
    const space = spaceOf("/a/1", "/a/2");
    const before = space.find({ prefix: "/a/" }).kvs;

    space.put(kv("/a/1", "new"));
    space.remove("/a/2");

    expect(before.map(({ value }) => value)).toEqual(["v", "v"]);
    expect(space.find({ prefix: "/a/" }).kvs).toEqual([kv("/a/1", "new")]);
  });

  test("knows its size after puts, replacements and removals", () => {
    const space = spaceOf("/a", "/b");
    space.put(kv("/a", "longer"));
    space.remove("/b");
    space.remove("/never");

    expect([space.size, space.length]).toEqual([1, "/a".length + "longer".length]);
  });

  test("holds the same as a plain map in the order of bytes, whatever was put and removed", () => {
    const key = fc.string({ unit: fc.constantFrom("/", "a", "b", "-", "ä", "\uffee", "😀"), maxLength: 4 });
    fc.assert(
      fc.property(fc.array(fc.record({ key, put: fc.boolean() })), key, (steps, prefix) => {
        const [space, plain] = [createKeyspace(), new Map<string, KeyValue>()];
        steps.forEach(({ key: name, put }, i) => {
          if (put) {
            space.put(kv(name, String(i)));
            plain.set(name, kv(name, String(i)));
          } else {
            space.remove(name);
            plain.delete(name);
          }
        });
        const expected = [...plain.values()].filter((one) => one.key.startsWith(prefix)).toSorted((a, b) => byBytes(a.key, b.key));
        expect(space.find({ prefix }).kvs).toEqual(expected);
        expect(space.find({ count: prefix }).count).toBe(expected.length);
        expect(space.size).toBe(plain.size);
      }),
    );
  });
});
