import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { kindOf, objectKey } from "../../../../src/calico/kinds.js";
import type { Ask } from "../../../../src/cluster/ask.js";
import type { History } from "../../../../src/cluster/history.js";
import type { Evidence } from "../../../../src/contract/outcome.js";
import { createLog } from "../../../../src/log/log.js";
import { type KeptEtcd, keptEtcd } from "../../../../workers/compute/kept-etcd.js";
import { createEtcd, type EtcdReader } from "../../../../workers/etcd/etcd.js";
import { plainEtcd, threadFromSource } from "../../../support/compute-thread.js";
import { type RealEtcd, startEtcd } from "../../../support/etcd.js";

const log = createLog({ level: "silent" });
const tier = objectKey(kindOf("Tier"), "default");
const peer = objectKey(kindOf("BGPPeer"), "tor");
const group = objectKey(kindOf("NetworkPolicy"), "ossg.default.42", "openstack");
const status = "/calico/felix/v2/no-region/host/c1/status";

let etcd: RealEtcd;
let live: EtcdReader;
let kept: KeptEtcd;
beforeAll(async () => {
  etcd = await startEtcd();
  etcd.ctl(["put", tier, '{"spec":{"order":1}}']);
  const config = plainEtcd(etcd.endpoint);
  live = createEtcd(config, log);
  kept = keptEtcd({ live, spawn: () => threadFromSource(config), log, timeout: 3000 });
}, 30_000);
afterAll(async () => {
  await kept.close();
  live.close();
  etcd.stop();
});

const notes: Evidence[] = [];
const ask = (): Ask => ({ signal: AbortSignal.timeout(20_000), request: "r1", note: (note) => notes.push(note) });
const told = (): Promise<History | null> => kept.since(0, ask());

async function until(holds: (history: History) => boolean): Promise<History> {
  for (let i = 0; ; i++) {
    const history = await told();
    if (history !== null && holds(history)) return history;
    if (i > 150) throw new Error(`never so: ${JSON.stringify(history)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
const seen = ({ writes }: History): unknown[] => writes.map(({ key, action, fields, late }) => [key, action, fields, late]);

describe("a watch on a real etcd", () => {
  test("tells nothing before it is started", async () => {
    expect(await told()).toBeNull();
  });

  test("tells each write with its revision, counts Neutron's and knows a new felix by its uptime", async () => {
    kept.start();
    await until(({ since }) => since !== null);
    const asked = Date.now();
    etcd.ctl(["put", tier, '{"spec":{"order":2}}']);
    etcd.ctl(["put", group, "{}"]);
    etcd.ctl(["put", status, '{"time":"2026-11-24T02:00:00Z","uptime":300.5}']);
    etcd.ctl(["put", status, '{"time":"2026-11-24T02:00:40Z","uptime":10.4}']);
    etcd.ctl(["put", peer, "{}"]);
    etcd.ctl(["del", peer]);
    const history = await until(({ writes }) => writes.length === 3);

    expect(seen(history)).toEqual([
      [peer, "delete", [], false],
      [peer, "create", [], false],
      [tier, "update", ["order"], false],
    ]);
    const [last, , first] = history.writes.map(({ revision }) => revision ?? 0);
    expect((last ?? 0) - (first ?? 0)).toBe(5);
    expect(history.writes[0]?.at).toBeGreaterThanOrEqual(asked);
    expect(history.groups.count).toBe(1);
    expect(history.starts.map(({ host }) => host)).toEqual(["c1", "c1"]);
    expect(notes.at(-1)?.output).toBe("3 writes to objects that people write, 1 to security groups");
  }, 30_000);

  test("is a gap while etcd is dead, and finds afterwards what was written and compacted meanwhile", async () => {
    await etcd.kill();
    const down = await until(({ gaps }) => gaps.at(-1)?.to === null);
    expect(down.writes).toHaveLength(3);
    expect(down.trouble).not.toBeNull();

    await etcd.again();
    // Before the copy is made anew, or while it is: either way it is found.
    etcd.ctl(["put", tier, '{"spec":{"order":3}}']);
    const revision = JSON.parse(etcd.ctl(["get", tier, "-w", "json"])) as { header: { revision: number } };
    etcd.ctl(["compact", String(revision.header.revision)]);
    const up = await until(({ gaps, writes }) => gaps.at(-1)?.to !== null && writes.length === 4);

    expect(up.gaps.length).toBeGreaterThanOrEqual(1);
    expect(up.writes[0]).toMatchObject({ key: tier, action: "update", fields: ["order"], stored: '{"spec":{"order":3}}' });
    expect(up.since).toBe(down.since);
  }, 40_000);
});
