import { describe, expect, test } from "@jest/globals";
import status from "../../commands/status.js";
import { ask, fakeCluster } from "../support/cluster.js";
import { now } from "../support/facts.js";
import { port } from "../support/openstack.js";

const v3 = "/calico/resources/v3/projectcalico.org";
const felix = JSON.stringify({ time: new Date(now - 4000).toISOString(), uptime: 100.5, first_update: false });
const keys = {
  [`${v3}/clusterinformations/default`]: '{"spec":{"clusterType":"openstack","datastoreReady":true}}',
  "/calico/openstack/v2/no-region/neutron_election": "ctl1:77",
  "/calico/felix/v2/no-region/host/c1/status": felix,
  "/calico/felix/v2/no-region/host/c2/status": felix,
  "/calico/felix/v2/no-region/host/round-trip-check": "1.5",
  [`${v3}/workloadendpoints/openstack/c1-openstack-aa--bb-cc--dd`]: "{}",
  [`${v3}/networkpolicies/openstack/ossg.default.11`]: "{}",
  [`${v3}/globalnetworkpolicies/deny-smtp`]: "{}",
  [`${v3}/tiers/default`]: "{}",
  [`${v3}/ippools/p1`]: '{"metadata":{"name":"p1"},"spec":{"cidr":"10.65.0.0/16","ipipMode":"Always","natOutgoing":true}}',
};

describe("status", () => {
  test("of a healthy cluster is one green line with its size, and every part in numbers", async () => {
    const card = await ask(status, fakeCluster({ keys }), {});

    expect(card.verdict).toEqual({
      light: "ok",
      text: "lab GREEN: 4 hosts, BGP 4/4, felix 2/2, etcd 1/1, no alarm, agents 2/2",
      detail: "1 VM, 1 policy, 1 security group; nothing to do",
    });
    expect(card.sections[0]).toMatchObject({
      title: "all parts",
      lines: [
        { text: expect.stringMatching(/^etcd 1 of 1 members answer, no alarm, .* · datastoreReady true$/) },
        { text: "Neutron master ctl1:77 · agents 2 of 2 alive, oldest heartbeat 4 s · 0 ports in 15 min, 0 stuck" },
        { text: "felix 2 of 2 keys · BGP 4 of 4 sessions up · calicoctl v3.32.1, cluster version unknown (normal on OpenStack)" },
        { text: "pools p1 10.65.0.0/16 ipip, NAT · 1 human policy, 1 security group, 1 tier" },
      ],
    });
    expect(card.actions).toEqual([
      { label: "Refresh", line: "again" },
      { label: "Raw", line: "raw job-00000001" },
    ]);
  });

  test("arrives when a host never answers, and names it", async () => {
    const card = await ask(status, fakeCluster({ keys, birds: { c2: "never" } }), {});

    expect(card.verdict.text).toMatch(/^lab YELLOW: c2 is slow over SSH/);
    expect(card.footer.join(" ")).toContain("Could not ask: c2 gave no answer in 7.5 s");
  }, 15_000);

  test("of one finding does not say it twice, and counts no routes of a BIRD that did not answer", async () => {
    const hung = {
      ok: true as const,
      value: { daemons: [], silent: [{ family: 4 as const, how: "hung" as const, text: "" }], clockOffset: 0 },
    };
    const card = await ask(status, fakeCluster({ keys, birds: { c2: hung } }), {});
    const table = card.sections.find((section) => section.kind === "table");

    expect(card.verdict.text).toMatch(/^lab RED: c2: BIRD hangs/);
    expect(JSON.stringify(card.sections)).not.toContain("BIRD hangs");
    expect(table?.kind === "table" && table.rows[0]?.slice(0, 5)).toEqual(["c2", "compute", "fresh, 4 s", "?", "?"]);
  });

  test("with etcd away still tells of BGP, and never calls felix fine", async () => {
    const card = await ask(status, fakeCluster({ keys, etcdDown: true }), {});

    expect(card.verdict.text).toBe("lab RED: etcd is unreachable: no member answers");
    expect(card.verdict.detail).toBe("Fine: BGP 4/4");
    expect(JSON.stringify(card.sections)).toContain("could not be read");
  });

  test("says when new VMs get no network, and when that could not be asked", async () => {
    const changed = { updatedAt: now - 120_000 };
    const ports = [
      port("p1", { ...changed, status: "DOWN" }),
      port("p2", { ...changed, status: "DOWN", vifType: "binding_failed", host: "c2" }),
    ];
    const hung = await ask(status, fakeCluster({ keys, cloud: { ports } }), {});
    const cluster = fakeCluster({ keys });
    const failure = { code: "timeout" as const, message: "10.0.0.10:9696 gave no answer in 5 s" };
    const openstack = cluster.openstack && { ...cluster.openstack, ports: async () => ({ ok: false as const, failure }) };
    const unasked = await ask(status, { ...cluster, openstack }, {});

    expect(hung.verdict).toMatchObject({ light: "bad", text: expect.stringContaining("1 port of the last 15 min") });
    expect(JSON.stringify(hung.sections)).toContain("2 ports in 15 min, 1 stuck, 1 binding_failed");
    expect(unasked.footer.join()).toContain("Could not ask: ports in Neutron (10.0.0.10:9696 gave no answer in 5 s)");
  });

  test("of values that cannot be read says which", async () => {
    const broken = { ...keys, "/calico/felix/v2/no-region/host/c1/status": "not json" };

    const card = await ask(status, fakeCluster({ keys: broken }), {});

    expect(JSON.stringify(card.sections)).toContain("/calico/felix/v2/no-region/host/c1/status");
  });
});
