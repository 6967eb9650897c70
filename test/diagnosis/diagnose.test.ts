import { describe, expect, test } from "@jest/globals";
import { fail } from "../../src/contract/failure.js";
import { diagnose } from "../../src/diagnosis/diagnose.js";
import { statusCard } from "../../src/diagnosis/status-card.js";
import { Summary, summarise } from "../../src/diagnosis/summary.js";
import { healthy, host, now, reading, session } from "../support/facts.js";

const firstLine = (facts: ReturnType<typeof healthy>): string => statusCard(summarise(facts)).verdict.text;
const silence = (how: "hung" | "dead" | "stopped") => ({
  ok: true as const,
  value: { daemons: [], silent: [{ family: 4 as const, how, text: "" }], clockOffset: 0 },
});
const down = { established: false, state: "start", bgp: "Active" };

describe("a healthy cluster", () => {
  test("has no finding, and its card says how big it is", () => {
    const facts = healthy();

    expect(diagnose(facts)).toEqual([]);
    expect(firstLine(facts)).toBe("lab GREEN: 4 hosts, BGP 4/4, felix 2/2, etcd 1/1, no alarm, agents 2/2");
    expect(Summary.parse(JSON.parse(JSON.stringify(summarise(facts))))).toEqual(summarise(facts));
  });
});

describe("the hosts on the card", () => {
  test("start with the one that has the fault, not with those that feel it", () => {
    const facts = healthy();
    facts.birds.set("rr1", silence("stopped"));
    const table = statusCard(summarise(facts)).sections.find(({ title }) => title === "hosts");

    expect(table?.kind === "table" && table.rows.map(([name]) => name)).toEqual(["rr1", "c1", "c2", "ctl1"]);
  });
});

describe("a session that is down", () => {
  test("is yellow while both ends have another one, and names who disabled it", () => {
    const facts = healthy();
    facts.birds.set(
      "c1",
      reading(session("10.0.0.254"), session("10.0.0.12", { established: false, disabled: true, state: "down", bgp: null })),
    );
    facts.birds.set("c2", reading(session("10.0.0.254"), session("10.0.0.11", { ...down, error: "Received: Administrative shutdown" })));

    expect(firstLine(facts)).toBe("lab YELLOW: BGP session c1 - c2 is down: disabled on c1");
  });

  test("is red when an end has no other one", () => {
    const facts = healthy();
    facts.birds.set("ctl1", reading(session("10.0.0.254", { ...down, error: "Socket: Connection refused" })));

    expect(firstLine(facts)).toMatch(/^lab RED: BGP session ctl1 - rr1 is down/);
  });

  test("with a wrong AS says which end expects which", () => {
    const facts = healthy();
    facts.birds.set(
      "c1",
      reading(session("10.0.0.254", { ...down, bgp: "Idle", error: "BGP Error: Bad peer AS", neighborAs: 64999 }), session("10.0.0.12")),
    );
    facts.birds.set(
      "rr1",
      reading(session("10.0.0.10"), session("10.0.0.11", { ...down, bgp: "Idle", error: "Received: Bad peer AS" }), session("10.0.0.12")),
    );

    expect(firstLine(facts)).toBe("lab YELLOW: BGP session c1 - rr1 is down: wrong AS number: c1 expects AS 64999, rr1 expects AS 64512");
  });

  test("that only one end still believes in is shown as a disagreement", () => {
    const facts = healthy();
    facts.birds.set("c1", reading(session("10.0.0.254"), session("10.0.0.12", { ...down, bgp: "Connect" })));

    expect(firstLine(facts)).toContain("c2 still says Established, c1 says Connect");
  });
});

describe("BIRD", () => {
  test.each([
    ["hung", "hangs"],
    ["dead", "is dead"],
    ["stopped", "is stopped"],
  ] as const)("that is %s explains its sessions in one finding", (how, words) => {
    const facts = healthy();
    facts.birds.set("rr1", silence(how));
    for (const name of ["ctl1", "c1", "c2"])
      facts.birds.set(name, reading(session("10.0.0.254", { ...down, error: "Socket: Connection refused" })));

    const findings = diagnose(facts);

    expect(firstLine(facts)).toMatch(new RegExp(`^lab RED: route reflector rr1: BIRD ${words}`));
    expect(findings[0]?.text).toContain("3 sessions with it");
    expect(findings.map((finding) => finding.id)).toEqual(["bird:rr1"]);
  });
});

describe("a host that is gone", () => {
  test("explains its sessions, its felix and its agent", () => {
    const facts = healthy();
    facts.birds.set("c1", { ok: false, failure: fail("unreachable", "c1 (10.0.0.11:22) gave no sign of life in 3 s").failure });
    facts.birds.set("c2", reading(session("10.0.0.254"), session("10.0.0.11", { ...down, error: "BGP Error: Hold timer expired" })));
    if (facts.datastore.ok)
      (facts.datastore.value.felix as Map<string, unknown>).set("c1", { alive: null, last: now - 100_000, uptime: null });

    const findings = diagnose(facts);

    expect(findings).toHaveLength(1);
    expect(firstLine(facts)).toBe("lab RED: c1 does not answer SSH");
    expect(findings[0]?.detail.join(" ")).toMatch(/2 VMs on it.*explains: 1 BGP session \(c1 - c2\), 1 felix key \(c1\)/);
  });

  test("is not one that is slow: that explains nothing, and its VMs are not called cut off", () => {
    const facts = healthy();
    facts.birds.set("c1", { ok: false, failure: fail("timeout", "c1 gave no answer in 3 s").failure });
    if (facts.datastore.ok)
      (facts.datastore.value.felix as Map<string, unknown>).set("c1", { alive: null, last: now - 100_000, uptime: null });

    const findings = diagnose(facts);

    expect(findings).toContainEqual(
      expect.objectContaining({ light: "warn", text: "c1 is slow over SSH", detail: ["c1 gave no answer in 3 s"] }),
    );
    expect(findings.map(({ id }) => id)).toContain("felix:c1");
  });

  test("that refuses our key is unknown, not bad", () => {
    const facts = healthy();
    facts.birds.set("c1", { ok: false, failure: fail("credentials", "c1 refused the key of user calico").failure });

    expect(diagnose(facts)[0]).toMatchObject({ light: "unknown", text: "c1 could not be asked: c1 refused the key of user calico" });
  });

  test("in maintenance is not counted", () => {
    const facts = healthy();
    facts.hosts = facts.hosts.map((each) => (each.name === "c1" ? { ...each, maintenance: true } : each));
    facts.birds.set("c1", { ok: false, failure: fail("timeout", "no answer").failure });

    expect(diagnose(facts)).toEqual([]);
    expect(statusCard(summarise(facts)).footer.join(" ")).toContain("Not counted: c1");
    expect(firstLine(facts)).toBe("lab GREEN: 4 hosts, BGP 2/2, felix 1/1, etcd 1/1, no alarm, agents 2/2");
  });
});

describe("etcd and what is read from it", () => {
  test("unreachable is the first line, and what could not be read is not called fine", () => {
    const facts = healthy();
    const failure = fail("unreachable", "10.0.0.10:2379 refused the connection").failure;
    const gone = {
      endpoint: "http://10.0.0.10:2379",
      healthy: false,
      error: failure.message,
      version: null,
      leader: null,
      dbSize: null,
      ms: null,
    };
    Object.assign(facts, {
      etcd: { ok: true, value: { members: [gone], alarms: [], known: null, certificates: [] } },
      datastore: { ok: false, failure },
    });

    const card = statusCard(summarise(facts));

    expect(card.verdict).toMatchObject({ light: "bad", text: "lab RED: etcd is unreachable: no member answers", detail: "Fine: BGP 4/4" });
    expect(card.footer.join(" ")).toContain("Could not ask: Calico's data in etcd");
  });

  test("an alarm counts although every member says healthy", () => {
    const facts = healthy();
    if (facts.etcd.ok) facts.etcd.value.alarms.push({ alarm: "NOSPACE", member: "ctl1" });

    expect(firstLine(facts)).toBe("lab RED: etcd refuses writes: alarm NOSPACE");
  });

  test("alarms that etcd does not tell are named, and not called none", () => {
    const facts = healthy();
    if (facts.etcd.ok) facts.etcd.value.alarmsUnknown = "etcd 10.0.0.10:2379 refused the worker's user";

    const card = statusCard(summarise(facts));

    expect(card.verdict.text).toBe("lab GREEN: 4 hosts, BGP 4/4, felix 2/2, etcd 1/1, agents 2/2");
    expect(JSON.stringify(card.sections)).toContain("alarms unknown");
    expect(card.footer.join(" ")).toContain("Could not ask: etcd's alarms (etcd 10.0.0.10:2379 refused the worker's user)");
  });

  test("an expired felix key says when felix was last heard of, and explains the agent", () => {
    const facts = healthy();
    if (facts.datastore.ok)
      (facts.datastore.value.felix as Map<string, unknown>).set("c2", { alive: null, last: now - 14_000, uptime: null });
    if (facts.openstack?.ok)
      facts.openstack.value.agents = facts.openstack.value.agents.map((row) => ({ ...row, alive: row.host !== "c2" }));

    expect(firstLine(facts)).toBe("lab RED: felix on c2 is silent: its key has expired, last heard of 14 s ago");
    expect(diagnose(facts)).toHaveLength(1);
  });

  test("no master and a false ready flag are said", () => {
    const facts = healthy();
    if (facts.datastore.ok) Object.assign(facts.datastore.value, { ready: false, master: null });

    expect(diagnose(facts).map((finding) => finding.id)).toEqual(["ready:", "master:"]);
  });
});

describe("Neutron", () => {
  test("that hides agents from the token is unknown, never an empty list", () => {
    const facts = healthy();
    Object.assign(facts, { openstack: { ok: true, value: { agents: [], visible: false, roles: ["member"] } } });

    expect(diagnose(facts)[0]).toMatchObject({ light: "unknown", text: "the bot's OpenStack user may not see agents (roles: member)" });
  });

  test("that calls a felix dead whose key is fresh is a disagreement", () => {
    const facts = healthy();
    if (facts.openstack?.ok)
      facts.openstack.value.agents = facts.openstack.value.agents.map((row) => ({ ...row, alive: row.host !== "c2" }));

    expect(diagnose(facts)[0]?.detail.join(" ")).toContain("key is fresh");
  });
});

test("a session that the majority of the role has and one host lacks is found", () => {
  const facts = healthy();
  const fourth = host("c3", "10.0.0.13");
  facts.hosts = [...facts.hosts, fourth];
  facts.birds.set("c3", reading(session("10.0.0.12")));
  facts.birds.set("c2", reading(session("10.0.0.254"), session("10.0.0.11"), session("10.0.0.13")));

  const texts = diagnose(facts).map((finding) => finding.text);

  expect(texts).toContain("c3 has no BGP session with rr1 (most compute hosts have it)");
});
