import { beforeEach, describe, expect, test } from "@jest/globals";
import { kindOf, objectKey } from "../../../../src/calico/kinds.js";
import type { KeyValue } from "../../../../src/cluster/etcd.js";
import { Chronicle } from "../../../../workers/compute/history/chronicle.js";
import { createKeyspace, type Keyspace } from "../../../../workers/compute/keyspace.js";

const minute = 60_000;
const start = Date.parse("2026-11-24T02:00:00Z");
const tier = objectKey(kindOf("Tier"), "default");
const group = objectKey(kindOf("NetworkPolicy"), "ossg.default.42", "openstack");
const port = objectKey(kindOf("WorkloadEndpoint"), "c1-openstack-a-b", "openstack");
const status = (host: string): string => `/calico/felix/v2/no-region/host/${host}/status`;
const tierOf = (order: number, labels = {}): string =>
  JSON.stringify({ kind: "Tier", metadata: { labels }, spec: { order, defaultAction: "Deny" } });

let now: number;
let revision: number;
let keys: Keyspace;
let chronicle: Chronicle;
beforeEach(() => {
  [now, revision, keys] = [start, 1, createKeyspace()];
  chronicle = new Chronicle(() => now);
});

const kv = (key: string, value: string): KeyValue => ({ key, value, revision: ++revision, lease: null });
/** Somebody writes while it is watched; null = deletes. */
function write(key: string, value: string | null): void {
  const put = value === null ? null : kv(key, value);
  if (put === null) keys.remove(key);
  else keys.put(put);
  chronicle.changed({ key, kv: put, revision: put?.revision ?? ++revision });
}
const felix = (host: string, uptime: number): void => write(status(host), JSON.stringify({ time: "2026-11-24T02:00:00Z", uptime }));
const told = (since = start) => chronicle.since(since, null);

describe("what happened to Calico's keys", () => {
  test("is known from the first listing on, and of what was there then nothing is told", () => {
    expect(told().since).toBeNull();
    keys.put(kv(tier, tierOf(1)));
    chronicle.listed(keys);

    expect(told()).toMatchObject({ since: start, gaps: [], writes: [], starts: [], silences: [] });
  });

  test("names what was created, changed and deleted, and which fields an update changed", () => {
    chronicle.listed(keys);
    write(tier, tierOf(1));
    now += minute;
    write(tier, tierOf(2, { a: "b" }));
    write(tier, null);
    write("/calico/resources/v3/projectcalico.org/tiers/never-there", null);

    expect(told().writes.map(({ key, action, at, fields, revision: mod }) => [key, action, at, fields, mod])).toEqual([
      [tier, "delete", now, [], 4],
      [tier, "update", now, ["order", "labels"], 3],
      [tier, "create", start, [], 2],
    ]);
    expect(told(now).writes).toHaveLength(2);
    expect(told().writes[1]?.stored).toBe(tierOf(2, { a: "b" }));
    expect(told().writes[0]?.stored).toBeNull();
  });

  test("knows the fields of an update of what was there before, in whatever order they are stored", () => {
    keys.put(kv(tier, '{"spec":{"order":1,"defaultAction":"Deny"}}'));
    chronicle.listed(keys);
    write(tier, '{"spec":{"defaultAction":"Deny","order":1}}');
    write(tier, '{"spec":{"defaultAction":"Pass"}}');

    expect(told().writes.map(({ fields }) => fields)).toEqual([["defaultAction", "order"], []]);
  });

  test("counts what Neutron writes, with as much of the time before as was watched", () => {
    chronicle.listed(keys);
    for (let i = 0; i < 120; i++, now += minute) write(group, String(i));
    for (let i = 0; i < 5; i++) write(group, `last ${i}`);
    write(port, "{}");

    expect(told(start + 120 * minute)).toMatchObject({
      groups: { count: 5, before: 120, span: 120 * minute },
      ports: { count: 1, before: 0, span: 120 * minute },
      writes: [],
    });
  });

  test("passes over what nobody asks for", () => {
    chronicle.listed(keys);
    write("/calico/dhcp/v2/no-region/subnet/s1", "{}");
    write("/calico/resources/v3/projectcalico.org/livemigrations/openstack/m1", "{}");

    expect(told()).toMatchObject({ writes: [], groups: { count: 0 }, ports: { count: 0 } });
  });

  test("finds after a gap what was written meanwhile, and says that it did not see when", () => {
    const pool = objectKey(kindOf("IPPool"), "p1");
    keys.put(kv(tier, tierOf(1)));
    keys.put(kv(pool, "{}"));
    chronicle.listed(keys);
    const confirmed = now + minute;
    now = confirmed + 2000;
    chronicle.lost(confirmed);
    chronicle.lost(confirmed);
    expect(chronicle.since(start, "etcd refused the connection")).toMatchObject({
      gaps: [{ from: confirmed, to: null }],
      trouble: "etcd refused the connection",
    });
    keys = createKeyspace();
    keys.put(kv(tier, tierOf(7)));
    now += minute;
    chronicle.listed(keys);

    expect(told().gaps).toEqual([{ from: confirmed, to: now }]);
    expect(told().writes.map(({ key, action, fields, late, at }) => [key, action, fields, late, at])).toEqual([
      [pool, "delete", [], true, now],
      [tier, "update", ["order"], true, now],
    ]);
    expect(chronicle.since(now, null).groups.span).toBe(minute);
  });

  test("forgets after a day, and says so by the time since when it knows", () => {
    chronicle.listed(keys);
    write(tier, tierOf(1));
    now += 25 * 60 * minute;
    write(tier, tierOf(2));

    expect(told(0)).toMatchObject({ since: now - 24 * 60 * minute, writes: [{ action: "update" }] });
  });

  test("keeps no more values than fit, and knows from when on", () => {
    chronicle.listed(keys);
    const long = "x".repeat(200_000);
    for (let i = 0; i < 100; i++, now++) write(tier, JSON.stringify({ spec: { order: i, long } }));
    const { since, writes } = told();

    expect(writes.length).toBeLessThan(100);
    expect(writes.length).toBeGreaterThan(50);
    expect(since).toBe(writes.at(-1)?.at);
    expect(JSON.stringify(writes).length).toBeLessThan(5_000_000);
  });
});

describe("starts of felix", () => {
  test("are told by an uptime that did not rise; one that rises tells none", () => {
    chronicle.listed(keys);
    now += 1000 * 1000;
    felix("c1", 500);
    now += 30_000;
    felix("c1", 530);
    now += 30_000;
    felix("c1", 10);

    expect(told().starts).toEqual([
      { region: "no-region", host: "c1", at: now - 10_000 },
      { region: "no-region", host: "c1", at: now - 530_000 - 30_000 },
    ]);
  });

  test("are known from before the watch, as each key tells how long its felix lives", () => {
    keys.put(kv(status("c1"), '{"uptime":600}'));
    keys.put(kv(status("c2"), "no JSON"));
    chronicle.listed(keys);

    expect(told(start - 3_600_000).starts).toEqual([{ region: "no-region", host: "c1", at: start - 600_000 }]);
    expect(told().starts).toEqual([]);
  });

  test("are not made of a key that vanished and came back with the same felix", () => {
    chronicle.listed(keys);
    felix("c1", 10);
    now += minute;
    write(status("c1"), null);
    expect(told().silences).toEqual([{ region: "no-region", host: "c1", from: now, to: null }]);
    const gone = now;
    now += minute;
    felix("c1", 130);

    expect(told().silences).toEqual([{ region: "no-region", host: "c1", from: gone, to: now }]);
    expect(told().starts).toHaveLength(0);
    expect(told(start - minute).starts).toHaveLength(1);
  });

  test("are found across a gap, like keys that are gone after it", () => {
    chronicle.listed(keys);
    felix("c1", 1000);
    felix("c2", 1000);
    chronicle.lost(now);
    now += minute;
    keys.remove(status("c2"));
    keys.put(kv(status("c1"), '{"uptime":20}'));
    chronicle.listed(keys);

    expect(told().starts).toEqual([{ region: "no-region", host: "c1", at: now - 20_000 }]);
    expect(told().silences).toEqual([{ region: "no-region", host: "c2", from: now, to: null }]);
  });
});
