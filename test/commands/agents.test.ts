import { describe, expect, test } from "@jest/globals";
import agents from "../../commands/agents.js";
import type { NeutronAgent } from "../../src/cluster/openstack.js";
import { ask, fakeCluster } from "../support/cluster.js";
import { now } from "../support/facts.js";
import { brokenOpenStack, port } from "../support/openstack.js";

const felixHost = "/calico/felix/v2/no-region/host";
const felix = JSON.stringify({ time: new Date(now - 4000).toISOString(), uptime: 100, first_update: false });
const endpoint = (host: string, id: string): string => `${felixHost}/${host}/workload/openstack/openstack%2fvm-${id}/endpoint/${id}`;
const keys = {
  "/calico/resources/v3/projectcalico.org/clusterinformations/default": '{"spec":{"datastoreReady":true}}',
  "/calico/openstack/v2/no-region/neutron_election": "ctl1:77",
  [`${felixHost}/c1/status`]: felix,
  [`${felixHost}/c2/status`]: felix,
};
const agent = (host: string, change: Partial<NeutronAgent> = {}): NeutronAgent => ({
  id: `a-${host}`,
  type: "Calico per-host agent (felix)",
  binary: "calico-felix",
  host,
  alive: true,
  adminUp: true,
  heartbeatAt: now - 3000,
  ...change,
});
const seen = (...rows: NeutronAgent[]) => ({ agents: { ok: true as const, value: { agents: rows, visible: true, roles: ["admin"] } } });
const ago = (minutes: number): { createdAt: number; updatedAt: number } => ({
  createdAt: now - minutes * 60_000,
  updatedAt: now - minutes * 60_000,
});

describe("agents", () => {
  test("answers whether new VMs get a network, with agents, keys and the master beside each other", async () => {
    const ports = [port("1", ago(3)), port("2", ago(14)), port("old", ago(16)), port("dhcp", { ...ago(1), deviceOwner: "network:dhcp" })];

    const card = await ask(agents, fakeCluster({ keys, cloud: { ...seen(agent("c1"), agent("c2")), ports } }), {});

    expect(card.verdict).toEqual({
      light: "ok",
      text: "lab: 2 of 2 felix agents alive, oldest heartbeat 3 s",
      detail: "Yes, new VMs get a network: 2 ports in 15 min, 0 stuck",
    });
    expect(card.sections).toMatchObject([
      {
        rows: [
          ["c1", "alive", "3 s", "fresh, 4 s", "yes"],
          ["c2", "alive", "3 s", "fresh, 4 s", "yes"],
        ],
      },
      { lines: expect.arrayContaining([{ text: "master ctl1:77 (/calico/openstack/v2/no-region/neutron_election)" }]) },
    ]);
  });

  test("tells ports that hang, and why, from those of a VM that is off or was bound a moment ago", async () => {
    const ports = [
      port("up", { ...ago(5), status: "DOWN" }),
      port("silent", { ...ago(5), status: "BUILD", host: "c2" }),
      port("off", { ...ago(5), status: "DOWN" }),
      port("young", { ...ago(0), status: "DOWN" }),
      port("unbound", { ...ago(5), status: "DOWN", host: "", vifType: "unbound" }),
      port("refused", { ...ago(5), status: "DOWN", host: "c9", vifType: "binding_failed" }),
    ];
    const states = { [endpoint("c1", "up")]: '{"status":"up"}', [endpoint("c1", "off")]: '{"status":"down"}' };

    const card = await ask(agents, fakeCluster({ keys: { ...keys, ...states }, cloud: { ...seen(agent("c1"), agent("c2")), ports } }), {});

    expect(card.verdict).toMatchObject({
      light: "bad",
      detail: "No, new VMs get no network: 6 ports in 15 min, 2 stuck, 1 binding_failed",
    });
    const text = JSON.stringify(card.sections);
    expect(text).toContain("2 ports of the last 15 min stuck on c1 (1), c2 (1)");
    expect(text).toContain("port up on c1: felix has it up, Neutron says DOWN");
    expect(text).toContain("port silent on c2: felix has not reported it, Neutron says BUILD");
    expect(text).toContain("1 port of the last 15 min could not be bound on c9 (1)");
    expect(text).not.toContain("port off");
  });

  test("names hosts without agent, agents without host, and dead ones whose felix lives", async () => {
    const rows = [agent("c1", { alive: false, heartbeatAt: now - 90_000 }), agent("c7", { alive: false })];

    const text = JSON.stringify(await ask(agents, fakeCluster({ keys, cloud: seen(...rows) }), {}));

    expect(text).toContain("Neutron calls felix on c1 dead, last heartbeat 90 s ago");
    expect(text).toContain("felix' own key is fresh: the Neutron server or its message bus is the suspect, not felix");
    expect(text).toContain("Neutron has no felix agent for c2");
    expect(text).toContain("1 felix agent in Neutron of a host not in config: c7");
    expect(text).toContain('["c7","dead","3 s","gone","not in config"]');
  });

  test("does not call agents that it may not see none, and shows felix' keys beside", async () => {
    const list = { ok: true as const, value: { agents: [], visible: false, roles: ["member", "reader"] } };
    const ports = [port("1", { ...ago(2), host: null, vifType: null })];

    const card = await ask(agents, fakeCluster({ keys, cloud: { agents: list, ports } }), {});

    expect(card.verdict).toEqual({
      light: "unknown",
      text: "lab: the bot's OpenStack user may not see agents (roles: member, reader)",
      detail: "felix' own keys: 2 of 2; 1 port of the bot's own project in 15 min, 0 stuck",
    });
    expect(JSON.stringify(card.sections)).toContain('["c1","not seen","-","fresh, 4 s","yes"]');
  });

  test("says that Neutron has no agent at all when it has none", async () => {
    const card = await ask(agents, fakeCluster({ keys, cloud: seen() }), {});

    expect(card.verdict).toMatchObject({ light: "warn", text: "lab: Neutron has no felix agent at all" });
  });

  test("arrives with felix' keys when Neutron is away, and with Neutron when etcd is", async () => {
    const away = brokenOpenStack({ code: "unreachable", message: "10.0.0.10:9696 refused the connection" });
    const without = await ask(agents, fakeCluster({ keys, openstack: away }), {});
    const blind = await ask(agents, fakeCluster({ etcdDown: true, cloud: seen(agent("c1"), agent("c2")) }), {});

    expect(without.verdict).toMatchObject({
      light: "bad",
      text: "lab: Neutron could not be asked: 10.0.0.10:9696 refused the connection",
      detail: expect.stringMatching(/^felix' own keys: 2 of 2; /),
    });
    expect(JSON.stringify(without.sections)).toContain("master ctl1:77");
    expect(blind.verdict.light).toBe("unknown");
    expect(JSON.stringify(blind.sections)).toContain('["c1","alive","3 s","unknown","yes"]');
    expect(blind.footer.join(" ")).toContain("Could not ask: etcd (10.0.0.10:2379 refused the connection)");
  });

  test("of a cluster without OpenStack says what to configure", async () => {
    const card = await ask(agents, { ...fakeCluster({ keys }), openstack: null }, {});

    expect(card.verdict).toMatchObject({
      light: "unknown",
      text: "lab: Neutron could not be asked: OpenStack is not configured on this worker",
    });
  });
});
