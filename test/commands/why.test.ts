import { describe, expect, test } from "@jest/globals";
import why from "../../commands/why.js";
import { toFailure } from "../../src/contract/failure.js";
import type { View } from "../../src/contract/view.js";
import { rows } from "../support/card.js";
import { ask, fakeCluster } from "../support/cluster.js";
import { golden, goldenKeys } from "../support/keyspace.js";
import { v3Keys } from "../support/objects.js";
import { allow, allowTcp, globalPolicy, securityGroup, sg, vm, vms } from "../support/policies.js";

const cloud = {
  ...securityGroup("g1", []),
  ...securityGroup("g2", [
    allowTcp([5432], "g1"),
    allow({ protocol: "TCP", source: { nets: ["198.51.100.0/24"] }, destination: { ports: [22] } }),
  ]),
  ...vms(2, (i) =>
    i === 0 ? vm(1, { fqdn: "web-1.shop.", labels: { [`${sg}g1`]: "web" } }) : vm(2, { fqdn: "db-1.shop.", labels: { [`${sg}g2`]: "db" } }),
  ),
};
const cardOf = (args: Record<string, string>, keys: Record<string, string> = {}): Promise<View> =>
  ask(why, fakeCluster({ keys: { ...cloud, ...keys } }), args);

describe("why", () => {
  test("an allowed connection names the rules at both ends", async () => {
    const card = await cardOf({ from: "web-1", to: "db-1", port: "5432" });

    expect(card.verdict).toEqual({
      light: "ok",
      text: 'lab: ALLOWED tcp/5432 from web-1 to db-1: at db-1 ingress rule 0 of security group "db" allows tcp/5432',
      detail: 'web-1 egress: rule 0 of security group "web" allows tcp/5432; policy only: the path (route, MTU, guest) is not judged',
    });
    expect(rows(card)).toEqual([
      ["source, egress", "default", 'security group "web"', "0", "Allow"],
      ["destination, ingress", "default", 'security group "db"', "0", "Allow"],
    ]);
  });

  test("a dropped one names the end and what would have to allow it", async () => {
    const card = await cardOf({ from: "p1", to: "10.65.0.2", port: "6379" });

    expect(card.verdict.light).toBe("bad");
    expect(card.verdict.text).toBe("lab: DROPPED at db-1 ingress: none of its 1 SG allows tcp/6379 from web-1");
    expect(rows(card).at(-1)).toEqual(["destination, ingress", "default", 'security group "db"', "end of tier", "Deny"]);
  });

  test("a policy that comes before the security groups is named", async () => {
    const deny = globalPolicy("no-db", {
      order: 10,
      types: ["Ingress"],
      selector: "all()",
      ingress: [{ action: "Deny", protocol: "TCP" }],
    });
    expect((await cardOf({ from: "d1", to: "d2", port: "5432" }, deny)).verdict.text).toBe(
      "lab: DROPPED at db-1 ingress: rule 0 of GlobalNetworkPolicy no-db denies tcp/5432",
    );
  });

  test("the internet is judged part by part", async () => {
    const card = await cardOf({ from: "internet", to: "db-1", port: "22" });
    expect(card.verdict.text).toMatch(
      /^lab: PARTLY DROPPED \(\d+ of \d+ parts\) at db-1 ingress: none of its 1 SG allows tcp\/22 from internet$/,
    );
    expect((await cardOf({ from: "198.51.100.0/25", to: "db-1", port: "22" })).verdict.text).toContain("ALLOWED tcp/22");
    expect((await cardOf({ from: "web-1", to: "internet", port: "udp/53" })).verdict.text).toContain("ALLOWED udp/53");
  });

  test("what cannot be judged is named, and the light is not green", async () => {
    const http = globalPolicy("odd", {
      order: 1,
      types: ["Ingress"],
      selector: "all()",
      ingress: [{ action: "Deny", http: { methods: ["GET"] } }],
    });
    const card = await cardOf({ from: "web-1", to: "db-1", port: "5432" }, http);
    expect(card.verdict).toMatchObject({ light: "unknown", text: expect.stringContaining("ALLOWED (uncertain) tcp/5432") });
    expect(JSON.stringify(card.sections)).toContain("GlobalNetworkPolicy odd rule 0: http cannot be judged");
  });

  test("staged policies change nothing, and what they would change is said", async () => {
    const staged = v3Keys("stagedglobalnetworkpolicies", 1, () => ({
      name: "tight",
      spec: { order: 1, stagedAction: "Set", types: ["Ingress"], selector: "all()", ingress: [{ action: "Deny" }] },
    }));
    const card = await cardOf({ from: "web-1", to: "db-1", port: "5432" }, staged);
    expect(card.verdict).toMatchObject({
      light: "ok",
      detail: expect.stringContaining("with the staged policies in force it would be dropped"),
    });
  });

  test.each([
    [{ from: "web-11", to: "db-1" }, "not_found", "did you mean `web-1`?"],
    [{ from: "any", to: "any" }, "usage", "for DST give a name, an address, a CIDR or `internet`"],
    [{ from: "any", to: "db-11" }, "not_found", "did you mean `db-1`?"],
    [{ from: "web-1", to: "db-1", port: "http" }, "usage", "write `5432`, `udp/53` or `icmp`"],
  ])("%j is refused", async (args, code, hint) => {
    const failure = await cardOf(args).then(
      () => null,
      (error: unknown) => toFailure(error),
    );
    expect(failure).toMatchObject({ code, hint });
  });

  test("who may reach a VM on a port, apart by what decides, each with one connection; the rest is dropped", async () => {
    const card = await cardOf({ from: "any", to: "db-1", port: "5432" });

    expect(card.verdict).toEqual({
      light: "ok",
      text: "lab: web-1.shop may reach db-1 on tcp/5432",
      detail: "dropped: 0.0.0.0/0; policy only: the path (route, MTU, guest) is not judged",
    });
    expect(card.sections).toEqual([
      {
        kind: "lines",
        lines: [
          {
            light: "ok",
            text: "web-1.shop",
            detail: ['e.g. 10.65.0.1 -> 10.65.0.2 tcp/5432: allowed by security group "web" rule 0 and security group "db" rule 0'],
          },
        ],
      },
    ]);
  });

  test("without a port each group is told with all that it may reach", async () => {
    const card = await cardOf({ from: "*", to: "p2" });

    expect(card.verdict.text).toBe("lab: web-1.shop and 198.51.100.0/24 may reach db-1");
    expect(card.sections[0]).toMatchObject({
      lines: [
        {
          text: "198.51.100.0/24: tcp/22",
          detail: [expect.stringContaining('-> 10.65.0.2 tcp/22: allowed by security group "db" rule 1')],
        },
        { text: "web-1.shop: tcp/5432" },
      ],
    });
  });

  test("who may reach a prefix or the internet is told as well, and nobody is an answer", async () => {
    expect((await cardOf({ from: "any", to: "internet", port: "443" })).verdict).toEqual({
      light: "ok",
      text: "lab: all endpoints (2 endpoints) may reach internet on tcp/443",
      detail:
        "nobody else is left; internet is no endpoint of Calico: only who leaves for it is judged; policy only: the path (route, MTU, guest) is not judged",
    });
    const range = await cardOf({ from: "any", to: "10.65.0.0/30", port: "22" });
    expect(range.sections[0]).toMatchObject({
      lines: [{ text: "198.51.100.0/24 to db-1.shop" }, { text: "web-1.shop to 10.65.0.0/30" }, { text: "db-1.shop to 10.65.0.0/30" }],
    });
    const none = await cardOf({ from: "any", to: "web-1", port: "22" });
    expect(none.verdict).toMatchObject({ light: "bad", text: "lab: NOBODY may reach web-1 on tcp/22" });
  });

  test("who may only perhaps is told last, with the reason, and the light is not green", async () => {
    const http = globalPolicy("odd", {
      order: 1,
      types: ["Ingress"],
      selector: "all()",
      ingress: [{ action: "Allow", http: { methods: ["GET"] } }],
    });
    const card = await cardOf({ from: "any", to: "db-1", port: "5432" }, http);
    expect(card.verdict).toMatchObject({ light: "unknown", text: "lab: web-1.shop may reach db-1 on tcp/5432, 1 group is uncertain" });
    expect(card.sections[0]).toMatchObject({
      lines: [
        { light: "ok", text: "web-1.shop" },
        {
          light: "unknown",
          text: "0.0.0.0/0: tcp/5432 (uncertain)",
          detail: [expect.any(String), "uncertain: GlobalNetworkPolicy odd rule 0: http cannot be judged"],
        },
      ],
    });
  });

  test("takes a real keyspace", async () => {
    const keys = goldenKeys();
    const [from = "", to = ""] = golden().flatMap(({ key, value }) =>
      key.includes("/workloadendpoints/openstack/") ? (/\b\d+(\.\d+){3}(?=\/32)/.exec(value)?.[0] ?? []) : [],
    );
    const card = await ask(why, fakeCluster({ keys }), { from, to, port: "22" });
    expect(card.verdict.text).toMatch(/^lab: (ALLOWED|DROPPED)/);
    const all = await ask(why, fakeCluster({ keys }), { from: "any", to, port: "22" });
    expect(all.verdict.text).toMatch(/^lab: NOBODY may reach \S+ on tcp\/22, 1 group is uncertain$/);
    expect(JSON.stringify(all.sections)).toContain("2 endpoints have the same address");
  });
});
