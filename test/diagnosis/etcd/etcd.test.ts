import { describe, expect, test } from "@jest/globals";
import type { Cluster } from "../../../src/cluster/cluster.js";
import type { EtcdHealth, EtcdMember } from "../../../src/cluster/etcd.js";
import { fail } from "../../../src/contract/failure.js";
import type { View } from "../../../src/contract/view.js";
import { EtcdAnswer, etcdAnswer } from "../../../src/diagnosis/etcd/etcd.js";
import { etcdCard } from "../../../src/diagnosis/etcd/etcd-card.js";
import { fakeCluster } from "../../support/cluster.js";
import { now } from "../../support/facts.js";
import { golden } from "../../support/keyspace.js";

const member = (n: number, change: Partial<EtcdMember> = {}): EtcdMember => ({
  endpoint: `https://10.0.0.${n}:2379`,
  healthy: true,
  error: null,
  version: "3.4.23",
  leader: n === 1,
  dbSize: 900 * 1024 ** 2,
  ms: 3,
  id: `a${n}`,
  inUse: 880 * 1024 ** 2,
  revision: 1000,
  ...change,
});
const down = {
  healthy: false,
  error: "etcd 10.0.0.3:2379 refused the connection",
  version: null,
  leader: null,
  dbSize: null,
  ms: null,
  id: null,
  inUse: null,
  revision: null,
};
const sound: EtcdHealth = {
  members: [member(1), member(2), member(3)],
  alarms: [],
  known: [1, 2, 3].map((n) => ({ id: `a${n}`, name: `ctl${n}` })),
  certificates: [
    { what: "client certificate", subject: "calico", notAfter: now + 41 * 86_400_000, problem: null },
    { what: "server certificate of ctl1:2379", subject: "ctl1", notAfter: now + 90 * 86_400_000, problem: null, seen: now - 180_000 },
    { what: "server certificate of ctl2:2379", subject: "ctl2", notAfter: now + 90 * 86_400_000, problem: null, seen: now - 2000 },
  ],
};

interface Told {
  health?: Partial<EtcdHealth>;
  keys?: Record<string, string>;
  /** Revision at each read. */
  revisions?: number[];
}

async function shown(cluster: Cluster): Promise<View> {
  const ask = { signal: new AbortController().signal, request: "r1", note: () => {} };
  const answer = await etcdAnswer(cluster, { ask, within: 1000, progress: () => {}, now: () => now }, 0);
  return etcdCard(EtcdAnswer.parse(JSON.parse(JSON.stringify(answer))));
}

/** An etcd that is well but for what is told. */
function cardOf({ health = {}, keys = {}, revisions = [1000, 1000] }: Told): Promise<View> {
  const cluster = fakeCluster({ keys });
  let reads = 0;
  const told = {
    health: async () => ({ ok: true as const, value: { ...sound, ...health } }),
    read: async (...args: Parameters<typeof cluster.etcd.read>) => {
      const read = await cluster.etcd.read(...args);
      const revision = revisions[Math.min(reads, revisions.length - 1)] ?? 0;
      return read.ok ? { ok: true as const, value: { ...read.value, revision, at: now + reads++ * 1000 } } : read;
    },
  };
  return shown({ ...cluster, etcd: told });
}

const wrong = (card: View): string[] =>
  card.sections.flatMap((section) =>
    section.kind === "lines" && section.title === "what is wrong" ? section.lines.map(({ text }) => text) : [],
  );
const last = "/calico/compaction/v1/last";
const trigger = "/calico/compaction/v1/trigger";

describe("etcd", () => {
  test("that is well is one green line with members, alarms and size, and says who leads", async () => {
    const card = await cardOf({ keys: { [last]: "400", [trigger]: "77" }, revisions: [1000, 1010] });

    expect(card.verdict).toEqual({
      light: "ok",
      text: "lab: etcd 3 of 3 members answer, no alarm, 900.0 MiB of 2.0 GiB",
      detail: "leader https://10.0.0.1:2379",
    });
    expect(card.sections.find(({ kind }) => kind === "table")).toMatchObject({
      rows: { 0: ["https://10.0.0.1:2379", "yes", "leader", "3.4.23", "900.0 MiB", "880.0 MiB", "3"], length: 3 },
    });
    const text = JSON.stringify(card.sections);
    expect(text).toContain("compaction: last at revision 400, 600 revisions back, about 60 s ago at today's pace, the next one is due");
    expect(text).toContain("writes: about 600 revisions a minute");
    expect(text).toContain("client certificate calico: valid for 41 d, until 2026-02-12");
    expect(text).toMatch(/server certificate of ctl1:2379 ctl1: valid for 90 d, until 2026-04-02 \(seen 3 min ago\)"/);
    expect(text).toMatch(/server certificate of ctl2:2379 ctl2: valid for 90 d, until 2026-04-02"/);
  });

  test.each([
    [
      "an alarm although all call themselves healthy",
      { alarms: [{ alarm: "NOSPACE", member: "a1" }] },
      "bad",
      "etcd refuses writes: alarm NOSPACE",
    ],
    ["a member that is away", { members: [member(1), member(2), member(3, down)] }, "warn", "etcd: 2 of 3 members answer"],
    ["lost quorum", { members: [member(1), member(2, down), member(3, down)] }, "bad", "etcd: 1 of 3 members answer, no quorum"],
    ["all away", { members: [1, 2, 3].map((n) => member(n, down)), known: null }, "bad", "etcd is unreachable: no member answers"],
    [
      "a quota nearly reached",
      { members: [member(1, { dbSize: 1.9 * 1024 ** 3 })], known: [{ id: "a1", name: "x" }] },
      "warn",
      "etcd holds 1.9 GiB of 2.0 GiB",
    ],
    ["no leader", { members: [1, 2, 3].map((n) => member(n, { leader: false })) }, "bad", "no etcd member is leader"],
    [
      "two leaders",
      { members: [member(1), member(2, { leader: true }), member(3)] },
      "bad",
      "2 etcd members call themselves leader: https://10.0.0.1:2379, https://10.0.0.2:2379",
    ],
    [
      "different versions",
      { members: [member(1), member(2, { version: "3.5.9" }), member(3)] },
      "warn",
      "etcd members run different versions: 3.4.23, 3.5.9",
    ],
    [
      "a member behind",
      { members: [member(1, { revision: 90_000 }), member(2, { revision: 90_000 }), member(3, { revision: 10 })] },
      "warn",
      "etcd https://10.0.0.3:2379 is 89,990 revisions behind",
    ],
    ["a member nobody asks", { members: [member(1), member(2)] }, "unknown", "1 etcd member not in the config and not asked: ctl3"],
    [
      "a certificate that ends soon",
      { certificates: [{ what: "client certificate", subject: "calico", notAfter: now + 20 * 86_400_000, problem: null }] },
      "warn",
      "etcd's client certificate (calico) expires in 20 d, on 2026-01-22",
    ],
    [
      "a certificate of days",
      { certificates: [{ what: "authority", subject: "", notAfter: now + 86_400_000, problem: null }] },
      "bad",
      "etcd's authority expires in 24 h, on 2026-01-03",
    ],
    [
      "an expired certificate",
      { certificates: [{ what: "server certificate of x:2379", subject: "x", notAfter: now - 3_600_000 * 3, problem: null }] },
      "bad",
      "etcd's server certificate of x:2379 (x) expired 3 h ago",
    ],
    [
      "a certificate that is none",
      { certificates: [{ what: "authority", subject: "", notAfter: null, problem: "the file holds no certificate" }] },
      "unknown",
      "etcd's authority: the file holds no certificate",
    ],
  ] as const)("names %s", async (_, health, light, text) => {
    const card = await cardOf({ health: health as Partial<EtcdHealth> });

    expect(wrong(card)).toContain(text);
    expect(card.verdict.light).toBe(light);
  });

  test("tells a dead compaction timer from one that never was, and from one that has not fired yet", async () => {
    const recorded = Object.fromEntries(golden("networking-calico-keyspace.json").map(({ key, value }) => [key, value]));

    expect(wrong(await cardOf({ keys: { [last]: "400" } }))).toEqual(["nobody is about to compact etcd: the trigger key is gone"]);
    expect(JSON.stringify((await cardOf({})).sections)).toContain("Neutron's driver left no keys about it");
    expect(JSON.stringify((await cardOf({ keys: recorded })).sections)).toContain("compaction: none by Neutron yet, the next one is due");
  });

  test("says what defragmenting would free when it is worth it", async () => {
    expect(
      JSON.stringify((await cardOf({ health: { members: [member(1, { inUse: 100 * 1024 ** 2 })], known: null } })).sections),
    ).toContain("free up to 800.0 MiB a member");
  });

  test("that cannot be asked at all is red with the reason, and still arrives", async () => {
    const away = { ok: false as const, failure: fail("timeout", "etcd 10.0.0.1:2379 gave no answer in 3 s").failure };
    const card = await shown({ ...fakeCluster(), etcd: { health: async () => away, read: async () => away } });

    expect(card.verdict).toMatchObject({ light: "bad", text: "lab: etcd is unreachable: no member answers" });
    expect(JSON.stringify(card.sections)).toContain("gave no answer in 3 s");
    expect(card.footer[0]).toContain("no revision of etcd could be read");
  });
});
