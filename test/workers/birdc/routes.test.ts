import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { BirdRoute } from "../../../src/cluster/bird.js";
import { readRoutes } from "../../../workers/birdc/routes.js";
import { birdcQuestion, golden } from "../../support/golden.js";

function recorded(file: string, question: string, where: { host?: string; phase?: string } = {}): BirdRoute[] | null {
  const found = golden(file).find(
    (record) =>
      birdcQuestion(record.argv) === question &&
      (where.host === undefined || record.host === where.host) &&
      (where.phase === undefined || record.phase === where.phase),
  );
  if (!found) throw new Error(`${file} has no ${question}`);
  return readRoutes(found.stdout);
}
const mark = (route: BirdRoute): string => (route.refused ? "!" : route.best ? "*" : "-");
const short = (routes: BirdRoute[] | null) =>
  routes?.map((r) => [r.prefix, r.kind, r.nextHop, r.device, r.protocol, r.source, mark(r), r.preference].join(" "));

describe("show route of BIRD 1.6", () => {
  test("gives every kind of route", () => {
    expect(short(recorded("birdc/show-route.json", "show route all"))?.slice(0, 8)).toEqual([
      "0.0.0.0/0 unicast 192.168.10.254 eth0 Global_192_168_10_254 bgp * 100",
      "10.0.0.0/26 blackhole   static1 static * 200",
      "10.0.1.0/26 unicast 192.168.10.12 eth0 Mesh_192_168_10_12 bgp * 100",
      "10.0.0.11/32 unicast  tap3c7248c1-31 kernel1 kernel * 10",
      "10.0.1.11/32 unicast 192.168.10.12 eth0 Mesh_192_168_10_12 bgp * 100",
      "10.0.0.12/32 unicast  tap3c7248c1-32 kernel1 kernel * 10",
      "192.168.10.0/24 unicast  eth0 direct1 device * 240",
      "192.168.10.250/32 unreachable   kernel1 kernel * 10",
    ]);
  });

  test("without attributes still tells what BGP brought", () => {
    const routes = recorded("birdc/show-route.json", "show route primary") ?? [];

    expect(routes.filter(({ source }) => source === "bgp").map(({ prefix }) => prefix)).toEqual([
      "0.0.0.0/0",
      "10.0.1.0/26",
      "10.0.1.11/32",
      "203.0.113.0/24",
      "172.16.2.0/26",
      "172.16.3.0/26",
    ]);
  });

  test("of a duplicated address gives all paths, the refused one marked, with who sent them", () => {
    const routes = recorded("host/route-duplicated.json", "show route for 10.65.0.12 all", { host: "compute1", phase: "after" });

    expect(short(routes)).toEqual([
      "10.65.0.12/32 unicast 192.168.10.12 eth0 Mesh_192_168_10_12 bgp ! 100",
      "10.65.0.12/32 unicast  tap2567a5ec-97 kernel1 kernel - 10",
      "10.65.0.12/32 unicast 192.168.10.12 eth0 Global_192_168_10_254 bgp - 100",
    ]);
    expect(routes?.[2]).toMatchObject({
      from: "192.168.10.254",
      originator: "192.168.10.12",
      localPref: 100,
      asPath: "",
      since: "15:49:36",
    });
  });

  test("of a withdrawn address is the default route, which its prefix tells", () => {
    const routes = recorded("host/route-withdrawn.json", "show route for 10.65.0.12 all", { host: "compute1", phase: "after" });

    expect(short(routes)).toEqual(["0.0.0.0/0 unicast 192.168.10.254 eth0 kernel1 kernel * 10"]);
  });

  test("of IPv6", () => {
    expect(short(recorded("birdc/ipv6.json", "show route"))).toEqual([
      "fd00:10:96:0:1::/122 unicast fd00:192:168:10::12 eth0 Mesh_fd00_192_168_10__12 bgp * 100",
      "fd00:10:96::/122 blackhole   static1 other * 200",
      "fd00:192:168:10::/64 unicast  eth0 direct1 other * 240",
    ]);
  });

  test("with an AS path, a date and several next hops", () => {
    const text = [
      "BIRD 1.6.8 ready.",
      "10.9.0.0/16        multipath [tor 2026-01-02 03:04:05] * (100/?) [AS65001i]",
      "\tvia 10.0.0.1 on eth0 weight 1",
      "\tvia 10.0.0.2 on eth1 weight 1",
      "\tType: BGP unicast univ",
      "\tBGP.as_path: 65001 65002",
      "",
    ].join("\n");

    expect(readRoutes(text)).toEqual([
      expect.objectContaining({
        prefix: "10.9.0.0/16",
        nextHop: "10.0.0.1",
        device: "eth0",
        since: "2026-01-02 03:04:05",
        asPath: "65001 65002",
      }),
    ]);
  });
});

describe("show route of BIRD 2", () => {
  test("is the same in another layout", () => {
    const routes = recorded("host/variant-bird2.json", "show route for 10.65.0.12 all", { host: "compute1" });

    expect(short(routes)).toEqual(["10.65.0.12/32 unicast 192.168.10.12 eth0 Global_192_168_10_254 bgp * 100"]);
    expect(routes?.[0]).toMatchObject({ from: "192.168.10.254", originator: "192.168.10.12", localPref: 100, since: "15:57:56.923" });
  });

  test("gives whole tables", () => {
    expect(short(recorded("host/variant-bird2.json", "show route", { host: "compute1" }))).toContain(
      "172.16.2.0/26 unicast 192.168.10.12 tunl0 kernel1 other * 10",
    );
  });
});

test.each([
  ["BIRD 1.6.8 ready.\nAccess restricted\nNetwork not in table\n", []],
  ["BIRD 2.0.12 ready.\nAccess restricted\nNetwork not found\n", []],
  ["BIRD 1.6.8 ready.\nsyntax error\n", null],
  ["BIRD 1.6.8 ready.\nAccess denied\n", null],
  ["", null],
  ["BIRD 1.6.8 ready.\n\tBGP.local_pref: 1\n", null],
])("%j is no table, or an empty one", (text, routes) => {
  expect(readRoutes(text)).toEqual(routes);
});

test("anything else gives null or a list, and never throws", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const routes = readRoutes(`BIRD 1.6.8 ready.\n${text}`);
      return routes === null || Array.isArray(routes);
    }),
  );
});
