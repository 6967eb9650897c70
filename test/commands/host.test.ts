import { describe, expect, test } from "@jest/globals";
import hostCommand from "../../commands/host.js";
import type { Unit } from "../../src/cluster/host.js";
import type { AgentList } from "../../src/cluster/openstack.js";
import { toFailure } from "../../src/contract/failure.js";
import type { View } from "../../src/contract/view.js";
import { ask, fakeCluster } from "../support/cluster.js";
import { host, machine, now, reading, session, unit } from "../support/facts.js";
import { endpoint, felixKeys } from "../support/routes.js";

type Told = NonNullable<Parameters<typeof fakeCluster>[0]>;
const keys = { ...endpoint(), ...felixKeys("c2") };
const look = (told: Told = {}, name = "c2"): Promise<View> => ask(hostCommand, fakeCluster({ keys, ...told }), { name });
const withUnits = (...units: Unit[]): Told => ({ machines: { c2: { ok: true, value: machine({ units }) } } });
const text = (card: View): string => JSON.stringify(card.sections);

describe("host", () => {
  test("that is fine is one green line with its numbers", async () => {
    const card = await look();

    expect(card.verdict).toEqual({ light: "ok", text: "c2 is fine", detail: "felix key 4 s old · BGP 2/2 · 1 VM port, 1 up" });
    expect(card.sections.find(({ title }) => title === "this host")).toMatchObject({
      facts: expect.arrayContaining([
        { label: "AS", value: "64512" },
        { label: "Neutron says", value: "calico-felix alive, 4 s ago" },
        { label: "uplink", value: "eth0, MTU 1500" },
        { label: "packages", value: "calico-felix 3.32.1" },
      ]),
    });
  });

  test("has its AS number from the far ends where BIRD 1 does not print its own", async () => {
    const c2 = reading(session("10.0.0.254", { localAs: null }), session("10.0.0.11", { localAs: null }));
    const rr1 = reading(session("10.0.0.12", { neighborAs: 65_001, localAs: null }));

    expect(text(await look({ birds: { c2, rr1, c1: reading() } }))).toContain('{"label":"AS","value":"65001"}');
  });

  test("does not list units that never ran, unless they belong there", async () => {
    const never = { state: "inactive", sub: "dead", since: null };
    const card = await look(withUnits(unit("bird6", never), unit("bird", never), unit("ssh")));

    expect(card.sections.find(({ title }) => title === "units")).toMatchObject({
      rows: [
        [expect.stringMatching(/^bird$/), "inactive (dead)", "?", "0", "-"],
        ["ssh", "active (running)", "60 min", "0", "-"],
      ],
    });
  });

  test("of a cloud with regions has its VM ports and their states in the region's own namespace", async () => {
    const east = Object.fromEntries(
      Object.entries(keys).map(([key, value]) => [
        key
          .replace("/no-region/", "/region-east/")
          .replace("/workloadendpoints/openstack/", "/workloadendpoints/openstack-region-east/")
          .replace("openstack%2f", "openstack-region-east%2f"),
        value,
      ]),
    );
    const card = await ask(hostCommand, { ...fakeCluster({ keys: east }), region: "region-east" }, { name: "c2" });

    expect(card.verdict.detail).toContain("1 VM port, 1 up");
  });

  test("is found by its address", async () => {
    expect((await look({}, "10.0.0.12")).verdict.text).toBe("c2 is fine");
  });

  test("that is not there offers the nearest", async () => {
    const failure = await look({}, "c22").then(() => null, toFailure);

    expect(failure).toMatchObject({ code: "not_found", hint: "did you mean `host c2`?" });
  });

  test("without SSH says so and is not called fine", async () => {
    const cluster = fakeCluster({ keys });
    const card = await ask(
      hostCommand,
      { ...cluster, hosts: [...cluster.hosts, { ...host("tor1", "10.0.0.1", "network"), ssh: false }] },
      { name: "tor1" },
    );

    expect(card.verdict).toMatchObject({ light: "unknown", text: "tor1: nothing wrong in what could be asked" });
    expect(card.footer.join()).toContain("Could not ask: tor1 (the bot does not log in there)");
  });
});

describe("sources that disagree are shown against each other", () => {
  const silent = { keys: { ...endpoint(), ...felixKeys("c2", { alive: false }) } };

  test("the unit is active, the key is gone, and Neutron still calls it alive", async () => {
    const card = await look(silent);

    expect(card.verdict).toMatchObject({
      light: "bad",
      text: "c2: the felix unit is active since 60 min, but its key has expired, last heard of 4 s ago (+1 more)",
    });
    expect(text(card)).toContain("Neutron still calls felix alive, heartbeat 4 s ago, while its key in etcd is gone");
  });

  test("a felix that just started is given time", async () => {
    const card = await look({ ...silent, ...withUnits(unit("calico-felix", { since: now - 5000 })) });

    expect(card.verdict).toMatchObject({ light: "warn", text: expect.stringContaining("felix started 5 s ago and has not reported yet") });
  });

  test.each([
    ["crashed", { code: null, signal: 11 }, "felix is failed (signal 11), its key has expired, last heard of 4 s ago"],
    ["ended by itself", { code: 1, signal: null }, "felix is failed (exit code 1), its key has expired, last heard of 4 s ago"],
  ])("felix %s", async (_, exit, words) => {
    const card = await look({
      ...silent,
      ...withUnits(unit("calico-felix", { state: "failed", sub: "failed", exit, result: "exit-code" })),
    });

    expect(card.verdict.text).toContain(words);
  });

  test("exit code 129 is a restart for configuration, not a crash", async () => {
    const card = await look(
      withUnits(unit("calico-felix", { state: "activating", sub: "auto-restart", exit: { code: 129, signal: null } })),
    );

    expect(card.verdict).toMatchObject({
      light: "warn",
      text: "c2: felix restarts for a change of its configuration (exit code 129), which is not a crash",
    });
  });

  test("the key is fresh and the unit is not active", async () => {
    const card = await look(withUnits(unit("calico-felix", { state: "inactive", sub: "dead", exit: { code: null, signal: 15 } })));

    expect(card.verdict.text).toBe("c2: the felix unit is inactive (signal 15), but its key is still there, 4 s old");
  });

  test("Neutron calls felix dead, its own key is fresh", async () => {
    const row = { id: "1", type: "felix", binary: "calico-felix", host: "c2", alive: false, adminUp: true, heartbeatAt: now - 200_000 };
    const list: AgentList = { agents: [row], visible: true, roles: ["admin"] };
    const card = await ask(hostCommand, fakeCluster({ keys, cloud: { agents: { ok: true, value: list } } }), { name: "c2" });

    expect(card.verdict).toMatchObject({
      light: "bad",
      text: "c2: Neutron calls felix dead, heartbeat 3 min ago, while its key in etcd is fresh",
    });
    expect(text(card)).toContain("not felix");
  });

  test("a session is Established here and not at the far end", async () => {
    const rr1 = reading(session("10.0.0.12", { established: false, state: "start", bgp: "Idle", error: "BGP Error: Hold timer expired" }));
    const card = await look({ birds: { rr1 } });

    expect(card.verdict.text).toContain("BGP session c2 - rr1 is down: c2 still says Established, rr1 says Idle");
    expect(card.sections.find(({ title }) => title === "BGP sessions")).toMatchObject({
      rows: expect.arrayContaining([["rr1", "Established", "Idle", "02:00:00", expect.stringContaining("the path died")]]),
    });
  });

  test("systemd calls a BIRD active that hangs", async () => {
    const hung = {
      ok: true as const,
      value: { daemons: [], silent: [{ family: 4 as const, how: "hung" as const, text: "" }], clockOffset: 0 },
    };
    const card = await look({ birds: { c2: hung } });

    expect(card.verdict).toMatchObject({ light: "bad", text: "c2: BIRD hangs (takes the question, never answers) (+1 more)" });
    expect(text(card)).toContain("systemd calls the bird unit active all the same");
  });
});

describe("what is wrong with the machine is told", () => {
  test.each([
    ["ip_forward is 0: no VM gets out and none is reached", machine({ forwarding: { v4: false, v6: true } })],
    ["conntrack is 95 % full: new connections will be dropped", machine({ conntrack: { count: 95, max: 100 } })],
    ["1 port without a tap device there", machine({ taps: { up: [], down: [] } })],
    [
      "nova-compute has failed (exit code 2)",
      machine({ units: [unit("nova-compute", { state: "failed", exit: { code: 2, signal: null } })] }),
    ],
    ["systemd did not say what runs there", machine({ units: null })],
  ])("%s", async (words, value) => {
    expect((await look({ machines: { c2: { ok: true, value } } })).verdict.text).toContain(words);
  });

  test("a port that felix calls down", async () => {
    const card = await look({ keys: { ...endpoint(), ...felixKeys("c2", { status: "down" }) } });

    expect(card.verdict).toMatchObject({ light: "bad", text: "c2: 1 port of 1 not up by felix" });
  });

  test("a host that is slow is not called gone", async () => {
    const slow = { ok: false as const, failure: { code: "timeout" as const, message: "c2 gave no answer in 3 s" } };
    const card = await look({ birds: { c2: slow }, machines: { c2: slow } });

    expect(card.verdict).toMatchObject({ light: "warn", text: "c2: it is slow over SSH" });
  });

  test("a host that is gone, with what the others still know", async () => {
    const gone = {
      ok: false as const,
      failure: { code: "unreachable" as const, message: "c2 (10.0.0.12:22) gave no sign of life in 2 s" },
    };
    const card = await look({ birds: { c2: gone }, machines: { c2: gone } });

    expect(card.verdict).toMatchObject({ light: "bad", text: "c2: it does not answer SSH" });
    expect(card.verdict.detail).toBe("felix key 4 s old · BGP 0/0 · 1 VM port, 1 up");
  });

  test("with etcd away felix is unknown, never fine", async () => {
    const card = await look({ etcdDown: true });

    expect(card.verdict).toMatchObject({ light: "unknown", text: expect.stringContaining("felix' key could not be read") });
  });
});
