import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { effectBetween, prepared } from "../../../src/calico/effect/effect.js";
import { stored } from "../../../src/calico/verdict/item.js";
import { type Model, modelOf } from "../../../src/calico/verdict/model.js";
import { add, emptyParts } from "../../../src/calico/verdict/parts.js";
import { model } from "../verdict/flow.js";
import { compared, connections, said } from "./brute-force.js";
import { endpoints, outside, policies, port, services, vms } from "./clusters.js";

function check(first: readonly unknown[], second: readonly unknown[]): { seen: Set<string> } {
  const [before, after] = [model(first), model(second)];
  const start = prepared(before);
  const sharing = { ...after, owners: before.owners, felix: before.felix, profiles: before.profiles };
  const seen = new Set<string>();
  const alike = JSON.stringify(first.slice(0, 8)) === JSON.stringify(second.slice(0, 8));
  const effects = [effectBetween(start, after), ...(alike ? [effectBetween(start, sharing)] : [])];
  for (const effect of effects)
    for (const connection of connections([...vms, ...outside], services)) {
      const expected = compared(before, after, connection);
      const found = said(effect, before, connection);
      seen.add(expected);
      if (expected !== found && !(expected === "either" && (found === "" || found === "uncertain")))
        expect(`${short(connection)} ${found}`).toBe(`${short(connection)} ${expected}`);
    }
  return { seen };
}

const short = ({ src, dst, ...rest }: ReturnType<typeof connections> extends Generator<infer C> ? C : never) =>
  `${src.text} ${dst.text} ${JSON.stringify(rest)}`;

describe("on any small cluster the effect of a change is what judging every connection before and after says", () => {
  test("when policies change", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(endpoints, policies, policies, fc.nat(5), (cluster, was, is, kept) => {
        const result = check([...cluster, ...was], [...cluster, ...was.slice(0, kept), ...is.slice(kept)]);
        for (const one of result.seen) seen.add(one);
      }),
      { numRuns: 40 },
    );
    expect([...seen].toSorted()).toEqual(["", "either", "gained", "lost", "uncertain"]);
  });

  test("when labels, network sets, tiers and profiles change", () => {
    fc.assert(
      fc.property(endpoints, endpoints, policies, (cluster, other, all) => {
        check([...cluster, ...all], [...other, ...all]);
      }),
      { numRuns: 25 },
    );
  });
});

test("on the recorded keyspace of a cloud, without each of its policies in turn, it is what judging every pair says", () => {
  const keyspace = JSON.parse(readFileSync(join(import.meta.dirname, "../../golden/etcd/keyspace.json"), "utf8")) as {
    key: string;
    value: unknown;
  }[];
  const snapshot = (all: typeof keyspace): Model => {
    const parts = emptyParts();
    for (const { key, value: text } of all) {
      const taken = stored(key, typeof text === "string" ? text : JSON.stringify(text));
      if (taken) add(parts, taken);
    }
    return modelOf(parts);
  };
  const before = snapshot(keyspace);
  const addresses = [...before.endpoints.flatMap((one) => one.addresses.map(({ text }) => text)), "8.8.8.8"];
  const changed = new Set<string>();
  for (const gone of keyspace.filter(({ key }) => /\/(global)?networkpolicies\//.test(key))) {
    const after = snapshot(keyspace.filter((one) => one !== gone));
    const effect = effectBetween(prepared(before), after);
    for (const asked of connections(addresses, [port(6, 22), port(6, 80), port(6, 5432)])) {
      const [expected, found] = [compared(before, after, asked), said(effect, before, asked)];
      changed.add(expected);
      if (expected !== found && !(expected === "either" && (found === "" || found === "uncertain")))
        expect(`${gone.key} ${short(asked)} ${found}`).toBe(`${gone.key} ${short(asked)} ${expected}`);
    }
  }
  expect([...changed]).toEqual(expect.arrayContaining(["gained", "lost", "uncertain"]));
});
