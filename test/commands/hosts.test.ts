import { describe, expect, test } from "@jest/globals";
import hosts from "../../commands/hosts.js";
import type { Cluster } from "../../src/cluster/cluster.js";
import { ask, fakeCluster } from "../support/cluster.js";
import { host, now, reading, session } from "../support/facts.js";
import { endpoint, felixKeys } from "../support/routes.js";

const v3 = "/calico/resources/v3/projectcalico.org";
const keys = {
  [`${v3}/clusterinformations/default`]: '{"spec":{"datastoreReady":true}}',
  "/calico/openstack/v2/no-region/neutron_election": "ctl1:77",
  ...felixKeys("c1"),
  ...felixKeys("c2"),
  ...endpoint(),
};
const rowsOf = (card: Awaited<ReturnType<typeof ask>>, title: string): string[][] => {
  const found = card.sections.find((section) => section.title?.startsWith(title));
  return found?.kind === "table" ? found.rows : [];
};

describe("hosts", () => {
  test("that are fine are one line, and a row each", async () => {
    const card = await ask(hosts, fakeCluster({ keys }), {});

    expect(card.verdict).toEqual({ light: "ok", text: "lab: all 4 hosts are fine" });
    expect(rowsOf(card, "hosts")).toEqual([
      ["c1", "compute", "fresh, 4 s", "alive", "2/2", "0", "-"],
      ["c2", "compute", "fresh, 4 s", "alive", "2/2", "1", "-"],
      ["ctl1", "control", "-", "-", "1/1", "0", "-"],
      ["rr1", "reflector", "-", "-", "3/3", "0", "-"],
    ]);
  });

  test("with trouble come first, with what it is", async () => {
    const hung = {
      ok: true as const,
      value: { daemons: [], silent: [{ family: 4 as const, how: "hung" as const, text: "" }], clockOffset: 0 },
    };
    const card = await ask(hosts, fakeCluster({ keys, birds: { rr1: hung } }), {});

    expect(card.verdict.light).toBe("bad");
    expect(rowsOf(card, "hosts").map(([name]) => name)).toEqual(["rr1", "c1", "c2", "ctl1"]);
    expect(
      rowsOf(card, "hosts")
        .find(([name]) => name === "rr1")
        ?.at(-1),
    ).toMatch(/^BIRD hangs/);
  });

  test("that are gone are told without their name twice", async () => {
    const gone = { ok: false as const, failure: { code: "unreachable" as const, message: "c1 (10.0.0.11:22) has no route" } };
    const card = await ask(hosts, fakeCluster({ keys, birds: { c1: gone } }), {});

    expect(card.verdict.detail).toBe("c1: does not answer SSH");
  });

  test("in maintenance are not counted, and shown as such", async () => {
    const cluster = fakeCluster({ keys });
    const card = await ask(hosts, { ...cluster, hosts: [...cluster.hosts, { ...host("c3", "10.0.0.13"), maintenance: true }] }, {});

    expect(card.verdict.text).toBe("lab: all 4 hosts are fine, 1 not counted");
    expect(
      rowsOf(card, "hosts")
        .find(([name]) => name === "c3")
        ?.at(-1),
    ).toBe("maintenance");
  });

  test("that only felix, Neutron or endpoints know are not in config", async () => {
    const old = {
      "/calico/felix/v2/no-region/host/c8/last_reported_status": JSON.stringify({
        time: new Date(now - 864_000_000).toISOString(),
        uptime: 1,
      }),
    };
    const card = await ask(
      hosts,
      fakeCluster({ keys: { ...keys, ...felixKeys("c1.example.net"), ...endpoint({ host: "c7" }), ...old } }),
      {},
    );

    expect(card.verdict).toMatchObject({ light: "warn", text: expect.stringMatching(/; 2 not in config$/) });
    expect(card.sections.find(({ title }) => title === "not in config")).toMatchObject({
      lines: [
        { light: "warn", text: "c1.example.net: live felix key" },
        { light: "warn", text: "c7: 1 VM port" },
        { light: "info", text: "c8: felix key expired, last heard of 10 d ago" },
      ],
    });
  });

  test("that are many are told by rack, and only those with trouble one by one", async () => {
    const many = Array.from({ length: 30 }, (_, i) => ({
      ...host(`n${i}`, `10.1.0.${i + 1}`, "network"),
      rack: i < 15 ? "r1" : "r2",
      felix: false,
    }));
    const birds: Record<string, ReturnType<typeof reading>> = Object.fromEntries(
      many.map(({ name }) => [name, reading(session("10.9.9.9"))]),
    );
    birds["n20"] = reading(session("10.9.9.9", { established: false, state: "start", bgp: "Active" }));
    const cluster: Cluster = { ...fakeCluster({ keys, birds }), openstack: null };
    const card = await ask(hosts, { ...cluster, hosts: [...cluster.hosts, ...many] }, {});

    expect(card.verdict.text).toBe("lab: 1 of 34 hosts with trouble");
    expect(rowsOf(card, "groups").slice(0, 2)).toEqual([
      ["rack r2", "15", "14", "0", "n20"],
      ["compute", "2", "2", "1", "-"],
    ]);
    expect(rowsOf(card, "hosts").map(([name]) => name)).toEqual(["n20"]);
  });

  test("with etcd away are not called fine", async () => {
    const card = await ask(hosts, fakeCluster({ keys, etcdDown: true }), {});

    expect(card.footer.join(" ")).toContain("Could not ask: etcd");
    expect(card.verdict).toEqual({
      light: "unknown",
      text: "lab: 2 of 4 hosts not fully known",
      detail: "c1, c2: felix' key could not be read",
    });
  });

  test("that are many and have the same trouble are one line with their number and names; others keep their row", async () => {
    const many = Array.from({ length: 40 }, (_, i) => ({
      ...host(`n${i}`, `10.1.0.${i + 1}`, "network"),
      felix: true,
      rack: i < 20 ? "r1" : "r2",
    }));
    const birds: Record<string, ReturnType<typeof reading>> = Object.fromEntries(
      many.map(({ name }) => [name, reading(session("10.9.9.9"))]),
    );
    birds["n7"] = reading(session("10.9.9.9", { established: false, state: "start", bgp: "Active" }));
    const cluster: Cluster = { ...fakeCluster({ keys, birds, etcdDown: true }), openstack: null };
    const card = await ask(hosts, { ...cluster, hosts: [...cluster.hosts, ...many] }, {});

    expect(card.verdict.text).toBe("lab: 1 of 44 hosts with trouble, 41 of 44 hosts not fully known");
    expect(card.sections.find(({ title }) => title === "the same on many")).toEqual({
      kind: "lines",
      title: "the same on many",
      lines: [
        {
          light: "unknown",
          text: "41 hosts: felix' key could not be read",
          detail: [expect.stringMatching(/^c1, c2, n0, n1, n2, .* and 17 more$/)],
        },
      ],
    });
    expect(rowsOf(card, "hosts").map(([name]) => name)).toEqual(["n7"]);
  });
});
