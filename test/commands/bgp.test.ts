import { describe, expect, test } from "@jest/globals";
import bgp from "../../commands/bgp.js";
import { toFailure } from "../../src/contract/failure.js";
import { ask, fakeCluster } from "../support/cluster.js";
import { host, reading, session } from "../support/facts.js";

const broken = {
  c1: reading(session("10.0.0.254"), session("10.0.0.12", { established: false, disabled: true, state: "down", bgp: null })),
  c2: reading(
    session("10.0.0.254"),
    session("10.0.0.11", { established: false, state: "start", bgp: "Passive", error: "Received: Administrative shutdown" }),
  ),
};

describe("bgp", () => {
  test("of a healthy cluster says so at both ends", async () => {
    const card = await ask(bgp, fakeCluster(), {});

    expect(card.verdict).toMatchObject({ light: "ok", text: "lab: all 4 BGP sessions are Established at both ends" });
  });

  test("shows the session that is down first, with both ends and why", async () => {
    const card = await ask(bgp, fakeCluster({ birds: broken }), {});
    const table = card.sections.find((section) => section.kind === "table");

    expect(card.verdict).toMatchObject({
      light: "warn",
      text: "lab: BGP session c1 - c2 is down: disabled on c1",
      detail: "3 of 4 sessions up",
    });
    expect(table?.kind === "table" && table.rows[0]).toEqual(["c1 - c2", "disabled | Passive", "02:00:00", "3/1", "disabled on c1"]);
  });

  test("of many hosts lists them in the order of their numbers", async () => {
    const names = ["c10", "c9", "c11"];
    const many = names.map((name) => host(name, `10.1.0.${name.slice(1)}`));
    const birds = Object.fromEntries(names.map((name) => [name, reading(session("10.9.9.9"))]));
    const cluster = fakeCluster({ birds });
    const card = await ask(bgp, { ...cluster, hosts: many }, {});
    const table = card.sections.find((section) => section.kind === "table");

    expect(table?.kind === "table" && table.rows.map(([name]) => name)).toEqual(["10.9.9.9 - c9", "10.9.9.9 - c10", "10.9.9.9 - c11"]);
  });

  test("of one node shows its sessions only, and calicoctl beside birdc", async () => {
    const card = await ask(bgp, fakeCluster(), { node: "c1" });
    const table = card.sections.find((section) => section.kind === "table");

    expect(card.verdict.text).toBe("c1: all 2 BGP sessions are Established at both ends");
    expect(table?.kind === "table" && table.rows.length).toBe(2);
    expect(card.sections.find((section) => section.title === "calicoctl node status says")).toMatchObject({
      lines: [
        { text: "No IPv4 peers found." },
        { text: expect.stringMatching(/^differs from birdc: 2 sessions of birdc not shown \(Mesh_/) },
      ],
    });
  });

  test("of one node is answered although calicoctl there never does", async () => {
    const cluster = fakeCluster();
    const hung = { ...cluster, calicoctl: cluster.calicoctl && { ...cluster.calicoctl, nodeStatus: () => new Promise<never>(() => {}) } };

    const card = await ask(bgp, hung, { node: "c1" });

    expect(card.verdict.text).toBe("c1: all 2 BGP sessions are Established at both ends");
    expect(JSON.stringify(card.sections)).toContain("calicoctl node status on c1 gave no answer in 7.5 s");
  }, 10_000);

  test("of a node with hundreds of peers shows a screenful of what calicoctl says", async () => {
    const cluster = fakeCluster();
    const peer = { type: "global", state: "up", since: "02:00:00", info: "Established" };
    const peers = Array.from({ length: 300 }, (_, i) => ({ ...peer, address: `10.1.${i}.1` }));
    const nodeStatus = async () => ({ ok: true as const, value: { running: true, peers, remark: null } });
    const many = { ...cluster, calicoctl: cluster.calicoctl && { ...cluster.calicoctl, nodeStatus } };

    const card = await ask(bgp, many, { node: "c1" });
    const section = card.sections.find(({ title }) => title === "calicoctl node status says");
    const texts = section?.kind === "lines" ? section.lines.map(({ text }) => text) : [];

    expect(texts.slice(19, 21)).toEqual(["10.1.19.1 global: Established since 02:00:00", "and 280 more rows"]);
    expect(texts.length).toBeLessThan(25);
  });

  test("of a node that was not read says nothing of differences", async () => {
    const card = await ask(bgp, fakeCluster({ birds: { c1: { ok: false, failure: toFailure(new Error("x")) } } }), { node: "c1" });

    expect(card.sections.find((section) => section.title === "calicoctl node status says")).toMatchObject({
      lines: [{ text: "No IPv4 peers found." }],
    });
  });

  test("never says Established at both ends when one of them did not answer", async () => {
    const card = await ask(bgp, fakeCluster({ birds: { c2: "never" } }), { node: "c1" });

    expect(card.verdict).toMatchObject({
      light: "unknown",
      text: "c1: all 2 BGP sessions are Established, 1 of them seen from one end only: c2 did not answer",
    });
    expect(card.footer.join(" ")).toContain("birdc on every host but c2");
  }, 15_000);

  test("a BIRD that hangs did not answer either", async () => {
    const hung = {
      ok: true as const,
      value: { daemons: [], silent: [{ family: 4 as const, how: "hung" as const, text: "" }], clockOffset: 0 },
    };
    const card = await ask(bgp, fakeCluster({ birds: { c2: hung } }), { node: "c1" });

    expect(card.verdict).toMatchObject({ light: "unknown", text: expect.stringContaining("c2 did not answer") });
  });

  test("of a node that is not there offers the nearest", async () => {
    const failure = await ask(bgp, fakeCluster(), { node: "ctl2" }).then(() => null, toFailure);

    expect(failure).toMatchObject({ code: "not_found", hint: "did you mean `bgp ctl1`?" });
  });

  describe("--peer", () => {
    const tor = {
      c1: reading(session("10.0.0.254"), session("10.9.9.9")),
      c2: reading(session("10.9.9.9", { bgp: "Active", established: false })),
    };
    const rows = (card: Awaited<ReturnType<typeof ask>>): string[] =>
      card.sections.flatMap((section) => (section.kind === "table" ? section.rows.map(([name = ""]) => name) : []));

    test("shows the sessions of one far end, from both ends, by name or address", async () => {
      const card = await ask(bgp, fakeCluster(), { peer: "rr1" });

      expect(card.verdict.text).toBe("rr1: all 3 BGP sessions are Established at both ends");
      expect(rows(card)).toEqual(["c1 - rr1", "c2 - rr1", "ctl1 - rr1"]);
      expect(rows(await ask(bgp, fakeCluster(), { peer: "10.0.0.254" }))).toEqual(rows(card));
    });

    test("with a node is one session, and only what is wrong with it", async () => {
      const card = await ask(bgp, fakeCluster({ birds: broken }), { node: "c1", peer: "rr1" });

      expect(card.verdict).toMatchObject({ light: "ok", text: "c1 - rr1: the BGP session is Established at both ends" });
      expect((await ask(bgp, fakeCluster({ birds: broken }), { node: "c1", peer: "c2" })).verdict).toMatchObject({
        light: "warn",
        text: "c1 - c2: BGP session c1 - c2 is down: disabled on c1",
      });
    });

    test("may be a router that is not in the config, seen from one end", async () => {
      expect((await ask(bgp, fakeCluster({ birds: { c1: tor.c1 } }), { peer: "10.9.9.9" })).verdict.text).toBe(
        "10.9.9.9: the BGP session is Established, seen from one end only",
      );
      expect((await ask(bgp, fakeCluster({ birds: tor }), { peer: "10.9.9.9" })).verdict.text).toMatch(
        /^10\.9\.9\.9: BGP session 10\.9\.9\.9 - c2 is down: c2: Active/,
      );
    });

    test("without such a session says so, and offers the nearest name for one that nobody has", async () => {
      expect((await ask(bgp, fakeCluster(), { node: "ctl1", peer: "c1" })).verdict.text).toBe("ctl1 - c1: there is no such BGP session");
      expect(await ask(bgp, fakeCluster(), { node: "c1", peer: "rr2" }).then(() => null, toFailure)).toMatchObject({
        code: "not_found",
        hint: "did you mean `bgp c1 --peer rr1`?",
      });
    });
  });
});
