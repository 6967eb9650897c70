import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Stage, until } from "../../lab/demo/stage.js";
import { heal, inject } from "../../lab/faults/switch.js";
import { type Site } from "../../lab/hosts/site.js";
import { tearDown } from "../../lab/hosts/state.js";
import { tapOf } from "../../lab/site.js";
import type { View } from "../../src/contract/view.js";
import { answerTo, raiseHosts, startWorker } from "../support/site.js";

let site: Site;
let stage: Stage;

beforeAll(async () => {
  site = await raiseHosts("routing");
  ({ stage } = await startWorker(site));
}, 60_000);
afterAll(async () => {
  await tearDown(site.dir);
}, 30_000);

const ask = (...words: string[]): Promise<View> => answerTo(stage, words);
const first = async (...words: string[]): Promise<string> => (await ask(...words)).verdict.text;
const db = () => site.workloads.find(({ host }) => host === "compute2") ?? { address: "", portId: "", deviceId: "" };
const tap = () => tapOf(db());

/** Breaks the site by a command on a host, waits for this first line, and takes it back whatever happens. */
async function whileBroken(fault: { host: string; inject: string; heal: string }, looked: () => Promise<void>): Promise<void> {
  const sh = async (text: string): Promise<void> => {
    const { code, stderr } = await site.exec(fault.host, ["sh", "-ec", text]);
    if (code !== 0) throw new Error(`${text}: ${stderr}`);
  };
  await sh(fault.inject);
  try {
    await looked();
  } finally {
    await sh(fault.heal);
  }
  await until("green again", async () => (await ask("routes", "10.65.0.12")).verdict.light === "ok");
}
const shows = (text: string, ...words: string[]): Promise<void> => until(text, async () => (await first(...words)).includes(text));
const put = () => `ip route replace 10.65.0.12/32 dev ${tap()} scope link proto boot`;

describe("routes on the healthy site", () => {
  test("has one owner, and the reflector agrees", async () => {
    const card = await ask("routes", "10.65.0.12");

    expect(card.verdict).toEqual({
      light: "ok",
      text: `One owner: compute2 (VM "${db().deviceId}", project "shop"); rr1 agrees`,
      detail: "1 sampled host uses it",
    });
    expect(JSON.stringify(card.sections)).toContain("10.65.0.12/32 via compute2 (eth0)");
  });

  test("asks one node only when told so", async () => {
    expect((await ask("routes 10.65.0.12 --node compute1")).verdict).toMatchObject({
      light: "ok",
      text: expect.stringMatching(/^compute1 sends 10\.65\.0\.12 to compute2 \(eth0, Mesh_192_168_10_12, since .*, best of 2 paths\)$/),
      detail: "kernel: 10.65.0.12/32 via compute2 (eth0); etcd has it on compute2",
    });
  });

  test("counts without an address, and knows that the control node has no VM", async () => {
    expect((await ask("routes")).verdict).toMatchObject({
      light: "ok",
      text: "lab: rr1 has 2 networks from BGP",
      detail: "4 of 4 hosts counted",
    });
    expect(await first("routes", "10.65.0.99")).toBe("Nobody announces 10.65.0.99; no port in etcd has it");
    expect(await first("routes", "10.65.0.0/24")).toBe("No route to exactly 10.65.0.0/24; 2 inside it on rr1");
    expect(await first("routes", "192.168.10.11")).toBe("192.168.10.11 is the host compute1 itself, not a VM");
  }, 20_000);
});

describe("a fault of a route is its first line", () => {
  test("withdrawn: everybody falls back to the default route, which is no success", async () => {
    await whileBroken({ host: "compute2", inject: "ip route del 10.65.0.12/32", heal: put() }, async () => {
      await shows(
        `Nobody announces 10.65.0.12: it is on compute2 (VM "${db().deviceId}", project "shop"), whose kernel has no route for it`,
        "routes",
        "10.65.0.12",
      );
      const { detail } = (await ask("routes", "10.65.0.12")).verdict;
      expect(detail).toBe("rr1, compute1 fall back to the default route");
      await shows("compute1 has no route to 10.65.0.12: it falls back to the default route via rr1", "routes 10.65.0.12 --node compute1");
    });
  }, 60_000);

  test("tap down: the kernel drops the route with it", async () => {
    await whileBroken({ host: "compute2", inject: `ip link set ${tap()} down`, heal: `ip link set ${tap()} up; ${put()}` }, async () => {
      await shows(`whose ${tap()} is down`, "routes", "10.65.0.12");
    });
  }, 60_000);

  test("duplicated: announced twice, and who has the stale one", async () => {
    const own = tapOf(site.workloads.find(({ host }) => host === "compute1") ?? { portId: "" });
    const route = `10.65.0.12/32 dev ${own}`;
    await whileBroken(
      { host: "compute1", inject: `ip route replace ${route} scope link proto boot`, heal: `ip route del ${route}` },
      async () => {
        await shows("Announced twice: compute1 and compute2 both announce 10.65.0.12; etcd has it on compute2", "routes", "10.65.0.12");
        expect(JSON.stringify((await ask("routes", "10.65.0.12")).sections)).toContain("compute1 has a stale route");
      },
    );
  }, 60_000);

  test("BIRD hung on the owner: the routes are still there, and it is said", async () => {
    await inject(site, "bird-hung");
    try {
      await shows("but BIRD hangs there; rr1 agrees", "routes", "10.65.0.12");
    } finally {
      await heal(site, "bird-hung");
    }
  }, 60_000);
});

describe("host on the site", () => {
  test("is fine, by every source", async () => {
    await until("felix' first keys", async () => (await ask("host", "compute2")).verdict.light === "ok");
    const card = await ask("host", "compute2");

    expect(card.verdict.text).toBe("compute2 is fine");
    expect(card.verdict.detail).toMatch(/^felix key \d+ s old · BGP 3\/3 · 1 VM port, 1 up$/);
    expect(JSON.stringify(card.sections)).toMatch(/"calico-felix","active \(running\)"/);
  }, 30_000);

  test("of a killed felix shows the process against the key, then the key gone too", async () => {
    await inject(site, "felix-key-expired");
    try {
      await shows("compute2: the felix unit is failed (signal 9), but its key is still there", "host", "compute2");
      await shows("compute2: felix is failed (signal 9), its key has expired", "host", "compute2");
    } finally {
      await heal(site, "felix-key-expired");
    }
  }, 60_000);

  test("of a BIRD that hangs shows that systemd calls it active", async () => {
    await inject(site, "bird-hung");
    try {
      await shows("compute2: BIRD hangs", "host", "compute2");
      expect(JSON.stringify(await ask("host", "compute2"))).toContain("systemd calls the bird unit active all the same");
    } finally {
      await heal(site, "bird-hung");
    }
  }, 60_000);

  test("with ip_forward off says what nothing else shows", async () => {
    const forward = (value: number) => site.exec("compute1", ["sysctl", "-qw", `net.ipv4.ip_forward=${value}`]);
    await forward(0);
    try {
      await shows("compute1: ip_forward is 0: no VM gets out", "host", "compute1");
    } finally {
      await forward(1);
    }
  }, 30_000);
});

describe("hosts and far ends on the site", () => {
  test("are all fine, or the one with trouble is first", async () => {
    await until("all are fine", async () => (await first("hosts")) === "lab: all 4 hosts are fine");
    await inject(site, "rr-stopped");
    try {
      await until("rr1 comes first", async () => {
        const { verdict } = await ask("hosts");
        return verdict.light === "bad" && (verdict.detail ?? "").includes("BIRD is stopped");
      });
      expect(await first("bgp --peer rr1")).toContain("rr1: route reflector rr1: BIRD is stopped");
    } finally {
      await heal(site, "rr-stopped");
    }
    expect(await first("bgp compute1 --peer rr1")).toBe("compute1 - rr1: the BGP session is Established at both ends");
  }, 60_000);
});
