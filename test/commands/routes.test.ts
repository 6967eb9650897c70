import { describe, expect, test } from "@jest/globals";
import routes from "../../commands/routes.js";
import type { Cluster } from "../../src/cluster/cluster.js";
import { toFailure } from "../../src/contract/failure.js";
import type { View } from "../../src/contract/view.js";
import { ask, fakeCluster, resultOf } from "../support/cluster.js";
import { host, machine, reading } from "../support/facts.js";
import { address, bird, byDefault, endpoint, felixKeys, kernel, local, onDefault, onTap, path, port, silent } from "../support/routes.js";

const toC2 = kernel({ gateway: "10.0.0.12" });
const keys = { ...endpoint(), ...felixKeys("c2") };
const kernels = { c1: toC2, c2: onTap(), rr1: toC2, rr2: toC2 };
const healthy = {
  c1: bird(path("10.0.0.12"), path("10.0.0.12", { best: false, from: "10.0.0.254", originator: "10.0.0.12" })),
  c2: bird(local("tap0b1c2d3e-11")),
  rr1: bird(path("10.0.0.12")),
  rr2: bird(path("10.0.0.12")),
};

type Told = NonNullable<Parameters<typeof fakeCluster>[0]>;
/** The healthy site with a second reflector, changed in one place. */
function site(told: Told = {}): Cluster {
  const cluster = fakeCluster({ keys, ...told, routes: { ...healthy, ...told.routes }, kernels: { ...kernels, ...told.kernels } });
  return { ...cluster, hosts: [...cluster.hosts, host("rr2", "10.0.0.253", "reflector")] };
}
const look = (told: Told = {}, args: object = {}): Promise<View> => ask(routes, site(told), { destination: address, ...args });
const notes = (card: View): string => JSON.stringify(card.sections.find(({ title }) => title === "what is known"));

describe("routes of an address that is as it should be", () => {
  test("names one owner, its VM and project, and that the reflectors agree", async () => {
    const card = await look();

    expect(card.verdict).toEqual({
      light: "ok",
      text: 'One owner: c2 ("web-1", project "shop"); rr1 and rr2 agree',
      detail: "1 sampled host uses it",
    });
  });

  test("shows every path with where it came from, and the kernel beside BIRD", async () => {
    const card = await look();
    const tables = card.sections.filter((section) => section.kind === "table");

    expect(tables.find(({ title }) => title === "what each host does")?.rows).toContainEqual([
      "c1",
      "sample",
      "to c2",
      "10.65.0.12/32 via c2 (eth0)",
    ]);
    expect(tables.find(({ title }) => title?.startsWith("paths in BIRD"))?.rows).toContainEqual([
      ...["c1", "", "10.65.0.12/32", "c2 (eth0)", "Mesh_10_0_0_12 from rr1", "02:00:00", "pref 100, local_pref 100"],
    ]);
  });

  test("of a floating IP names the address behind it", async () => {
    const floating = "203.0.113.9";
    const exact = { prefix: `${floating}/32` };
    const card = await ask(
      routes,
      site({
        keys: { ...felixKeys("c2"), ...endpoint({ floating }) },
        routes: {
          c1: bird(path("10.0.0.12", exact)),
          c2: bird(local("tap0b1c2d3e-11", exact)),
          rr1: bird(path("10.0.0.12", exact)),
          rr2: bird(path("10.0.0.12", exact)),
        },
        kernels: { c1: kernel({ ...exact, gateway: "10.0.0.12" }), c2: kernel({ ...exact, device: "tap0b1c2d3e-11" }) },
      }),
      { destination: floating },
    );

    expect(card.verdict.text).toBe('One owner: c2 ("web-1", project "shop", floating IP of 10.65.0.12); rr1 and rr2 agree');
  });

  test("of IPv6, however it is written", async () => {
    const exact = { prefix: "fd00::12/128" };
    const card = await ask(
      routes,
      site({
        keys: { ...felixKeys("c2"), ...endpoint({ addresses: ["fd00::12"] }) },
        routes: {
          c1: bird(path("10.0.0.12", exact)),
          c2: bird(local("tap0b1c2d3e-11", exact)),
          rr1: bird(path("10.0.0.12", exact)),
          rr2: bird(path("10.0.0.12", exact)),
        },
        kernels: { c1: kernel({ ...exact, gateway: "10.0.0.12" }), c2: kernel({ ...exact, device: "tap0b1c2d3e-11" }) },
      }),
      { destination: "FD00:0:0::0012" },
    );

    expect(card.verdict).toMatchObject({ light: "ok", text: expect.stringMatching(/^One owner: c2 .*; rr1 and rr2 agree$/) });
  });
});

describe("what is wrong with a route is the first line", () => {
  const lost = { c1: bird(byDefault()), rr1: bird(byDefault()), rr2: bird(byDefault()) };
  const lostKernels = { c1: onDefault(), rr1: onDefault(), rr2: onDefault() };

  test("the owner's kernel lost it: nobody announces it, all fall back to the default route", async () => {
    const card = await look({ routes: { ...lost, c2: bird(byDefault()) }, kernels: { ...lostKernels, c2: onDefault() } });

    expect(card.verdict).toEqual({
      light: "bad",
      text: 'Nobody announces 10.65.0.12: it is on c2 ("web-1", project "shop"), whose kernel has no route for it',
      detail: "rr1, rr2, c1 fall back to the default route",
    });
    expect(notes(card)).toContain("felix there is alive (key 4 s old) and calls the port up");
  });

  test("its tap is down", async () => {
    const card = await look({
      keys: { ...endpoint(), ...felixKeys("c2", { status: "down" }) },
      routes: { ...lost, c2: bird(byDefault()) },
      kernels: { ...lostKernels, c2: onDefault() },
      machines: { c2: { ok: true, value: machine({ taps: { up: [], down: ["tap0b1c2d3e-11"] } }) } },
    });

    expect(card.verdict.text).toBe('Nobody announces 10.65.0.12: it is on c2 ("web-1", project "shop"), whose tap0b1c2d3e-11 is down');
    expect(notes(card)).toContain("calls the port down");
  });

  test("the owner's BIRD hangs while the others still have the route", async () => {
    const card = await look({ routes: { c2: silent("hung") } });

    expect(card.verdict).toMatchObject({
      light: "bad",
      text: 'One owner: c2 ("web-1", project "shop"), but BIRD hangs there; rr1 and rr2 agree',
    });
  });

  test("the owner's BIRD is dead and the routes are gone", async () => {
    const card = await look({ routes: { ...lost, c2: silent("dead") }, kernels: lostKernels });

    expect(card.verdict.text).toBe('Nobody announces 10.65.0.12: it is on c2 ("web-1", project "shop"), where BIRD is dead');
  });

  test("felix on the owner is silent", async () => {
    const card = await look({ keys: { ...endpoint(), ...felixKeys("c2", { alive: false }) } });

    expect(card.verdict).toMatchObject({ light: "bad", text: expect.stringContaining("but felix there is silent") });
    expect(notes(card)).toContain("last heard of 4 s ago");
  });

  test("the kernel has it and BIRD does not announce it", async () => {
    const card = await look({ routes: { ...lost, c2: bird(byDefault()) }, kernels: lostKernels });

    expect(card.verdict.text).toContain("which has it in its kernel but does not announce it");
  });

  test("the owner's host cannot be reached: unreachable is not absent", async () => {
    const gone = {
      ok: false as const,
      failure: { code: "unreachable" as const, message: "c2 (10.0.0.12:22) gave no sign of life in 2 s" },
    };
    const card = await look({ routes: { ...lost, c2: gone }, kernels: { ...lostKernels, c2: gone } });

    expect(card.verdict.text).toContain("which could not be asked: c2 (10.0.0.12:22) gave no sign of life in 2 s");
  });

  test("two hosts announce it and etcd knows one of them", async () => {
    const two = bird(path("10.0.0.11"), path("10.0.0.12", { best: false }));
    const card = await look({
      routes: { c1: bird(local("tapstale", { best: false }), path("10.0.0.12", { refused: true })), rr1: two, rr2: two },
    });

    expect(card.verdict).toEqual({
      light: "bad",
      text: "Announced twice: c1 and c2 both announce 10.65.0.12; etcd has it on c2",
      detail: "rr1 sends it to c1; rr2 sends it to c1",
    });
    expect(notes(card)).toContain("c1 has a stale route");
    expect(notes(card)).toContain("c2 since 02:00:00, local_pref 100");
  });

  test("two hosts announce it during a live migration, which is said as such, with metric and local_pref", async () => {
    const both = bird(path("10.0.0.11", { localPref: 2147483135 }), path("10.0.0.12", { best: false, localPref: 2147482623 }));
    const card = await look({
      keys: { ...keys, ...endpoint({ host: "c1" }) },
      routes: { c1: bird(local("tap0b1c2d3e-11", { metric: 512 })), rr1: both, rr2: both },
    });

    expect(card.verdict).toMatchObject({
      light: "warn",
      text: "Live migration: c1 and c2 both announce 10.65.0.12, which is normal for about 30 s",
    });
    expect(notes(card)).toMatch(/local_pref 2147483135/);
  });

  test("a LiveMigration object in etcd says the same", async () => {
    const name = `c1-openstack-aa-${port.replaceAll("-", "--")}`;
    const both = bird(path("10.0.0.11"), path("10.0.0.12", { best: false }));
    const card = await look({
      keys: { ...keys, [`/calico/resources/v3/projectcalico.org/livemigrations/openstack/${name}`]: "{}" },
      routes: { rr1: both, rr2: both },
    });

    expect(card.verdict.text).toMatch(/^Live migration:/);
  });

  test("another host than the one in etcd announces it", async () => {
    const stale = bird(path("10.0.0.11"));
    const card = await look({ routes: { c1: bird(local("tapstale")), c2: bird(path("10.0.0.11")), rr1: stale, rr2: stale } });

    expect(card.verdict).toMatchObject({ light: "bad", text: 'c1 announces 10.65.0.12, but etcd has it on c2 ("web-1", project "shop")' });
  });

  test("the reflectors disagree", async () => {
    const card = await look({ routes: { rr2: bird(byDefault()) } });

    expect(card.verdict).toEqual({
      light: "warn",
      text: 'One owner: c2 ("web-1", project "shop"); rr1 agrees, rr2 has no such route',
      detail: "1 sampled host uses it; rr2 falls back to the default route",
    });
  });

  test.each([
    ["falls back to the default route", bird(byDefault())],
    ["has it unreachable (10.65.0.12/32)", bird(path("10.0.0.12", { kind: "unreachable", nextHop: null, device: null }))],
    ["drops it (blackhole 10.65.0.0/26)", bird(path("", { kind: "blackhole", nextHop: null, device: null, prefix: "10.65.0.0/26" }))],
    ["reaches it only by 10.65.0.0/24", bird(path("10.0.0.12", { prefix: "10.65.0.0/24" }))],
    ["has no route at all", bird()],
    ["has it, but its kernel refused the route", bird(path("10.0.0.12", { refused: true }))],
    ["could not say: BIRD is stopped", silent("stopped")],
  ])("a sampled host %s", async (words, answer) => {
    const card = await look({ routes: { c1: answer } });

    expect(card.verdict).toMatchObject({ light: "warn", detail: `c1 ${words}` });
  });

  test("a sampled host that could not be asked is grey, not yellow", async () => {
    const failed = { ok: false as const, failure: { code: "timeout" as const, message: "c1 gave no answer in 4 s" } };

    expect((await look({ routes: { c1: failed } })).verdict).toMatchObject({ light: "unknown", detail: "c1 could not be asked" });
  });

  test("a sampled host's kernel does otherwise than its BIRD selected", async () => {
    const card = await look({ kernels: { c1: onDefault() } });

    expect(card.verdict).toMatchObject({
      light: "warn",
      detail: "c1 has it in BIRD, but the kernel there goes by 0.0.0.0/0 via rr1 (eth0)",
    });
  });

  test("behind a ToR the owner is who BGP names, not the neighbour on the wire", async () => {
    const behind = bird(path("10.9.9.9", { bgpNextHop: "10.0.0.12" }));
    const wire = kernel({ gateway: "10.9.9.9" });
    const card = await look({ routes: { c1: behind, rr1: behind, rr2: behind }, kernels: { c1: wire, rr1: wire, rr2: wire } });

    expect(card.verdict).toMatchObject({ light: "ok", text: expect.stringMatching(/^One owner: c2 .*; rr1 and rr2 agree$/) });
  });

  test("its kernel sends it to another device than the port's", async () => {
    expect((await look({ kernels: { c2: onTap("tapother") } })).verdict.text).toContain(
      "but its kernel sends it to tapother, the port's device is tap0b1c2d3e-11",
    );
  });
});

describe("an address without a port", () => {
  const nothing = { c1: bird(byDefault()), c2: bird(byDefault()), rr1: bird(byDefault()), rr2: bird(byDefault()) };

  test("that nobody announces", async () => {
    const card = await ask(routes, site({ keys: {}, routes: nothing }), { destination: address });

    expect(card.verdict).toEqual({
      light: "warn",
      text: "Nobody announces 10.65.0.12; no port in etcd has it",
      detail: "rr1, rr2, c1, c2 fall back to the default route",
    });
  });

  test("that somebody announces all the same", async () => {
    expect((await look({ keys: {} })).verdict.text).toBe("c2 announces 10.65.0.12; no port in etcd has it");
  });

  test("is never called unannounced when no BIRD could say", async () => {
    const mute = { c1: silent("stopped"), c2: silent("stopped"), rr1: silent("hung"), rr2: silent("hung") };
    const card = await ask(routes, site({ keys: {}, routes: mute }), { destination: address });

    expect(card.verdict).toEqual({
      light: "unknown",
      text: "Nobody could say who announces 10.65.0.12; no port in etcd has it",
      detail: "rr1, rr2 could not say: BIRD hangs; c1, c2 could not say: BIRD is stopped",
    });
  });

  test("that is a host's", async () => {
    expect((await ask(routes, site({ keys: {}, routes: nothing }), { destination: "10.0.0.11" })).verdict.text).toBe(
      "10.0.0.11 is the host c1 itself, not a VM",
    );
  });

  test("with etcd away is grey, and says what BGP says", async () => {
    const card = await look({ etcdDown: true });

    expect(card.verdict).toMatchObject({
      light: "unknown",
      text: expect.stringMatching(/^c2 announces 10\.65\.0\.12; etcd could not say whose it is: /),
    });
  });
});

describe("routes with values in etcd that cannot be read", () => {
  const odd = "/calico/resources/v3/projectcalico.org/workloadendpoints/openstack/c9-openstack-vm--9-9";

  test("names them; the rest arrives, and is not called fine", async () => {
    const nameless = JSON.stringify({ kind: "WorkloadEndpoint", spec: { ipNetworks: [`${address}/32`] } });
    for (const value of [nameless, "{", "rubbish"]) {
      const card = await look({ keys: { ...keys, [odd]: value } });

      expect(card.verdict).toMatchObject({ light: "warn", text: 'One owner: c2 ("web-1", project "shop"); rr1 and rr2 agree' });
      expect(card.sections).toContainEqual({
        kind: "lines",
        title: "cannot be read",
        lines: [{ light: "warn", text: "1 value in etcd could not be read and is left out", detail: [odd] }],
      });
    }
  });

  test("does not say that no port has the address", async () => {
    expect((await look({ keys: { [odd]: "{" } })).verdict.text).toBe("c2 announces 10.65.0.12; no port in etcd that can be read has it");
  });
});

describe("whether a cluster has what is looked for", () => {
  const pool = (destination: string, change: Told = {}) => {
    const wide = bird(path("10.0.0.12", { prefix: "10.65.0.0/16" }), byDefault());
    return found(destination, { keys: {}, routes: { c1: wide, c2: wide, rr1: wide, rr2: wide }, ...change });
  };
  async function found(destination: string, told: Told = {}, node?: string): Promise<boolean | null | undefined> {
    const args = { destination, ...(node === undefined ? {} : { node }) };
    if (routes.on !== "worker") throw new Error("it is no command of the workers");
    return routes.search?.found(await resultOf(routes, site(told), args));
  }
  const inside = (n: number) => ({ ok: true as const, value: { routes: [byDefault()], inside: n, silent: null } });
  const mute = { c1: silent("stopped"), c2: silent("stopped"), rr1: silent("hung"), rr2: silent("hung") };

  test("it has what a port has, what somebody announces, and its hosts' own addresses", async () => {
    expect(await found(address)).toBe(true);
    expect(await found(address, { keys: {} })).toBe(true);
    expect(await found("10.0.0.11", { keys: {}, routes: { c1: bird(byDefault()) } })).toBe(true);
    expect(await found(address, { etcdDown: true })).toBe(true);
  });

  test("it has not what only a pool's network or the default route covers, whichever host is asked", async () => {
    expect(await pool("10.65.0.99")).toBe(false);
    expect(await pool("192.0.2.1")).toBe(false);
    expect(await found("10.65.0.99", { keys: {}, routes: { c1: bird(byDefault()) } }, "c1")).toBe(false);
  });

  test("it has a prefix with routes in it, also when the reflectors count differently, and no other", async () => {
    expect(await pool("10.65.0.0/24", { routes: { rr1: inside(3), rr2: inside(2) } })).toBe(true);
    expect(await pool("10.65.0.0/24", { routes: { rr1: inside(0), rr2: inside(0), c1: inside(0), c2: inside(0) } })).toBe(false);
  });

  test("it cannot tell while etcd, or every BIRD, is silent, or a port could not be read", async () => {
    expect(await pool("10.65.0.99", { etcdDown: true })).toBeNull();
    expect(await pool("10.65.0.99", { routes: mute })).toBeNull();
    const odd = "/calico/resources/v3/projectcalico.org/workloadendpoints/openstack/c9-openstack-vm--9-9";
    expect(await pool("10.65.0.99", { keys: { [odd]: "{" } })).toBeNull();
  });
});

describe("routes --node", () => {
  test("asks that host only", async () => {
    const cluster = site();
    const asked: string[] = [];
    const bird = {
      ...cluster.bird,
      routes: (...[at, ...rest]: Parameters<Cluster["bird"]["routes"]>) => (asked.push(at.name), cluster.bird.routes(at, ...rest)),
    };

    const card = await ask(routes, { ...cluster, bird }, { destination: address, node: "c1" });

    expect(asked).toEqual(["c1"]);
    expect(card.verdict).toEqual({
      light: "ok",
      text: "c1 sends 10.65.0.12 to c2 (eth0, Mesh_10_0_0_12, since 02:00:00, best of 2 paths)",
      detail: "kernel: 10.65.0.12/32 via c2 (eth0); etcd has it on c2",
    });
  });

  test("says when the kernel does otherwise than BIRD selected", async () => {
    const card = await look({ kernels: { c1: onTap("tapstale") } }, { node: "c1" });

    expect(card.verdict).toMatchObject({ light: "bad", detail: "kernel: 10.65.0.12/32 dev tapstale; etcd has it on c2" });
  });

  test("of the owner", async () => {
    expect((await look({}, { node: "c2" })).verdict).toMatchObject({ light: "ok", text: "c2 has 10.65.0.12 itself on tap0b1c2d3e-11" });
  });

  test("of a host that falls back to the default route, which is no success", async () => {
    expect((await look({ routes: { c1: bird(byDefault()) }, kernels: { c1: onDefault() } }, { node: "c1" })).verdict).toMatchObject({
      light: "warn",
      text: "c1 has no route to 10.65.0.12: it falls back to the default route via rr1",
    });
  });

  test("of a host that is not there offers the nearest", async () => {
    const failure = await look({}, { node: "c9" }).then(() => null, toFailure);

    expect(failure).toMatchObject({ code: "not_found", hint: "did you mean `routes 10.65.0.12 --node c1`?" });
  });
});

describe("routes of a prefix", () => {
  const inside = (n: number) => ({ ok: true as const, value: { routes: [byDefault()], inside: n, silent: null } });

  test("counts what is inside on each reflector", async () => {
    const card = await ask(routes, site({ routes: { rr1: inside(3), rr2: inside(3), c1: inside(4), c2: inside(4) } }), {
      destination: "10.65.0.0/24",
    });

    expect(card.verdict).toMatchObject({ light: "info", text: "No route to exactly 10.65.0.0/24; 3 inside it on rr1, rr2" });
  });

  test("is yellow when they count differently", async () => {
    const card = await ask(routes, site({ routes: { rr1: inside(3), rr2: inside(2) } }), { destination: "10.65.0.0/24" });

    expect(card.verdict).toMatchObject({ light: "warn", text: "No route to exactly 10.65.0.0/24; 3 inside it on rr1, 2 inside it on rr2" });
  });
});

describe("routes without an address", () => {
  const tables = {
    rr1: { ok: true as const, value: [path("10.0.0.12"), byDefault()] },
    rr2: { ok: true as const, value: [path("10.0.0.12")] },
  };
  const birds = { rr2: reading() };

  test("says that the reflectors have the same, and counts per host", async () => {
    const card = await ask(routes, site({ tables, birds }), {});

    expect(card.verdict).toMatchObject({ light: "ok", text: "lab: rr1 and rr2 have the same 1 network", detail: "5 of 5 hosts counted" });
    expect(card.sections[0]).toMatchObject({ kind: "table", rows: expect.arrayContaining([["c1", "compute", "4", "5", "-"]]) });
    const [first, second] = card.sections[0]?.kind === "table" ? card.sections[0].rows : [];
    expect([first?.[0], second?.[0]]).toEqual(["rr1", "rr2"]);
  });

  test("names what they differ in", async () => {
    const other = { ...tables, rr2: { ok: true as const, value: [path("10.0.0.11")] } };
    const card = await ask(routes, site({ tables: other, birds }), {});

    expect(card.verdict).toMatchObject({ light: "warn", text: "lab: rr1, rr2 differ in 1 network" });
    expect(card.sections[0]).toMatchObject({ title: "reflectors differ", lines: [{ text: "10.65.0.12/32: rr1 to c2, rr2 to c1" }] });
  });

  test("names a host with fewer networks than its like", async () => {
    const few = reading();
    const [daemon] = few.value.daemons;
    if (daemon) daemon.routes = { total: 2, networks: 2 };
    const more = (n: number) => {
      const full = reading();
      if (full.value.daemons[0]) full.value.daemons[0].routes = { total: n, networks: n };
      return full;
    };
    const cluster = site({ tables, birds: { ...birds, c1: more(40), c2: few, c3: more(40) } });
    const card = await ask(routes, { ...cluster, hosts: [...cluster.hosts, host("c3", "10.0.0.13")] }, {});

    expect(card.verdict).toMatchObject({ light: "warn", text: "lab: c2 has 2 networks, its like 40" });
  });

  test("never calls a reflector equal that did not answer", async () => {
    const failed = { ok: false as const, failure: { code: "timeout" as const, message: "rr2 gave no answer" } };
    const card = await ask(routes, site({ tables: { ...tables, rr2: failed }, birds }), {});

    expect(card.verdict).toMatchObject({ light: "unknown", text: "lab: rr1 has 1 network from BGP; rr2 could not be counted" });
  });
});

describe("what people mistype", () => {
  test.each([
    ["10.65.0.300", "is not an IP address or prefix"],
    ["web-1", "is not an IP address or prefix"],
    ["10.65.0.12; reboot", "is not an IP address or prefix"],
    ["10.65.0.0/33", "is too long for IPv4"],
    ["10.65.0.12/24", "has bits set behind its length"],
    ["fd00::1/64", "has bits set behind its length"],
    ["1:2:3", "is not an IP address or prefix"],
  ])("%s", async (typed, message) => {
    const failure = await ask(routes, site(), { destination: typed }).then(() => null, toFailure);

    expect(failure).toMatchObject({ code: "usage", message: expect.stringContaining(message) });
  });

  test("a prefix with host bits is told its network", async () => {
    const failure = await ask(routes, site(), { destination: "fd00:1::ff/64" }).then(() => null, toFailure);

    expect(failure?.hint).toBe("`fd00:1::/64` is the network, `fd00:1::ff` the address");
  });
});
