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
    [{ from: "web-1", to: "db-1", port: "http" }, "usage", "write `5432`, `udp/53` or `icmp`"],
  ])("%j is refused", async (args, code, hint) => {
    const failure = await cardOf(args).then(
      () => null,
      (error: unknown) => toFailure(error),
    );
    expect(failure).toMatchObject({ code, hint });
  });

  test("takes a real keyspace", async () => {
    const keys = goldenKeys();
    const [from = "", to = ""] = golden().flatMap(({ key, value }) =>
      key.includes("/workloadendpoints/openstack/") ? (/\b\d+(\.\d+){3}(?=\/32)/.exec(value)?.[0] ?? []) : [],
    );
    const card = await ask(why, fakeCluster({ keys }), { from, to, port: "22" });
    expect(card.verdict.text).toMatch(/^lab: (ALLOWED|DROPPED)/);
  });
});
