import { describe, expect, test } from "@jest/globals";
import policyTest from "../../../commands/policy/test.js";
import { readHere } from "../../../src/command/document.js";
import { toFailure } from "../../../src/contract/failure.js";
import type { View } from "../../../src/contract/view.js";
import { countsOnly } from "../../../src/dispatch/counts.js";
import { ask, fakeCluster } from "../../support/cluster.js";
import { v3Keys } from "../../support/objects.js";
import { allowTcp, securityGroup, sg, vm, vms } from "../../support/policies.js";

const keys = {
  ...securityGroup("g1", []),
  ...securityGroup("g2", [allowTcp([5432], "g1")]),
  ...vms(2, (i) => vm(i + 1, { fqdn: i === 0 ? "web-1.shop." : "db-1.shop.", labels: { [`${sg}g${i + 1}`]: i === 0 ? "web-1" : "db-1" } })),
};
const cardOf = (line: string, more: Record<string, string> = {}): Promise<View> =>
  ask(policyTest, fakeCluster({ keys: { ...keys, ...more } }), { words: line.split(" ") });

describe("a file of expectations", () => {
  const file = "# the shop\n- web-1 db-1 5432 allowed # needed\n\n  web-1 db-1 22 dropped\n";

  test("is read line by line, and its card repeats nothing", async () => {
    const card = await ask(policyTest, fakeCluster({ keys }), {}, file);

    expect(card.verdict.light).toBe("ok");
    expect(JSON.stringify(card.sections)).toContain("tcp/22");
    expect(card.again).toBeUndefined();
    expect(card.actions.map(({ label }) => label)).not.toContain("Refresh");
  });

  test("that says nothing, or half of something, is told so before it is sent", () => {
    const check = (text: string) => policyTest.document?.check(text, readHere);

    expect(check(file)).toBeNull();
    expect(check("# nothing")).toBe("there is no expectation in it");
    expect(check("web-1 db-1")).toBe("`web-1 db-1` does not say what is expected");
  });
});

describe("policy test", () => {
  test("is green when everything is as expected", async () => {
    const card = await cardOf("web-1 db-1 5432 allowed web-1 10.65.0.2 22 dropped, internet db-1 dropped");

    expect(card.verdict).toEqual({
      light: "ok",
      text: "lab: all 3 verdicts as expected",
      detail: "3 of 3 verdicts as expected, 0 not, 0 uncertain",
    });
    expect(card.sections[0]).toMatchObject({
      rows: [
        ["web-1", "db-1", "tcp/5432", "allowed", "allowed", 'rule 0 of security group "db-1" allows tcp/5432'],
        ["web-1", "db-1", "tcp/22", "dropped", "dropped", "none of its 1 SG allows tcp/22 from web-1"],
        ["internet", "db-1", "icmp type 8", "dropped", "dropped", "none of its 1 SG allows icmp type 8 from internet"],
      ],
    });
  });

  test("names the first that is otherwise, and offers to ask why", async () => {
    const card = await cardOf("web-1 db-1 5432 allowed web-1 db-1 udp/53 allowed");

    expect(card.verdict).toEqual({
      light: "bad",
      text: 'lab: udp/53 from "web-1" to "db-1" is dropped, expected allowed',
      detail: "1 of 2 verdicts as expected, 1 not, 0 uncertain",
    });
    expect(card.actions).toContainEqual({ label: "Why", line: "why web-1 db-1 udp/53" });
  });

  test("calls uncertain what cannot be judged, and a range of which a part is allowed", async () => {
    const http = v3Keys("globalnetworkpolicies", 1, () => ({
      name: "x",
      spec: {
        order: 1,
        selector: `has(${sg}g1)`,
        types: ["Ingress"],
        ingress: [
          { action: "Allow", protocol: "TCP", http: { methods: ["GET"] }, destination: { ports: [80] } },
          { action: "Allow", protocol: "TCP", source: { nets: ["198.51.100.0/24"] } },
        ],
      },
    }));

    expect((await cardOf("db-1 web-1 80 dropped", http)).verdict.light).toBe("unknown");
    expect((await cardOf("198.51.0.0/16 web-1 443 allowed", http)).verdict.light).toBe("unknown");
  });

  test.each([
    ["web-1 db-1 22", "`web-1 db-1 22` does not say what is expected"],
    ["web-1 allowed", "an expectation names one end only"],
    ["web-1 db-1 22 tcp allowed", "`tcp` is one word too many"],
    ["web-1 db-1 port allowed", "`port` is no port or protocol"],
    [Array.from({ length: 201 }, () => "web-1 db-1 allowed").join(" "), "201 expectations are more than 200 at once"],
  ])("refuses `%s`", async (line, message) => {
    expect(await cardOf(line).then(() => null, toFailure)).toMatchObject({ code: "usage", message });
  });

  test("in a channel of counts shows no name", async () => {
    const card = countsOnly(await cardOf("web-1 db-1 22 allowed"), { secret: [], open: ["lab"] });

    expect(card.verdict).toMatchObject({ text: "lab: … from … to … is dropped, expected allowed" });
    expect(JSON.stringify(card)).not.toContain("web-1");
  });
});
