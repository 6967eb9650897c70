import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Stage } from "../../lab/demo/stage.js";
import { heal, inject } from "../../lab/faults/switch.js";
import { type Site } from "../../lab/hosts/site.js";
import { tearDown } from "../../lab/hosts/state.js";
import type { View } from "../../src/contract/view.js";
import { answerTo, raiseHosts, startWorker } from "../support/site.js";

let site: Site;
let stage: Stage;

beforeAll(async () => {
  site = await raiseHosts("objects");
  ({ stage } = await startWorker(site));
}, 60_000);
afterAll(async () => {
  await tearDown(site.dir);
}, 30_000);

const ask = (...words: string[]): Promise<View> => answerTo(stage, words);
const textOf = (card: View): string => JSON.stringify(card);
const tableOf = (card: View): string[][] => card.sections.flatMap((section) => (section.kind === "table" ? section.rows : []));

/** A policy as somebody's hand puts it into etcd. */
async function put(name: string, spec: object): Promise<void> {
  const value = JSON.stringify({ kind: "GlobalNetworkPolicy", apiVersion: "projectcalico.org/v3", metadata: { name }, spec });
  await site.exec("ctl1", ["etcdctl", "put", `/calico/resources/v3/projectcalico.org/globalnetworkpolicies/${name}`, value]);
}

describe("objects of a real etcd", () => {
  test("get shows a kind, one object with etcd's own revision, and where a missing one is", async () => {
    const all = await ask("get");
    const one = await ask("get", "gnp", "allow-monitoring");
    const missing = await ask("get", "gnp", "allow-monitorin");

    expect(tableOf(all).map(([kind]) => kind)).toContain("WorkloadEndpoint");
    expect(textOf(one)).toMatch(/resourceVersion: \\"\d+\\"/);
    expect(missing.verdict.detail).toBe("did you mean `get globalnetworkpolicy allow-monitoring`?");
    expect(textOf(await ask("get", "bgppeer"))).toMatch(/in use: BIRD's protocols are named by Calico's renderer on \d of 4 hosts/);
  });

  test("pools count the VMs' addresses and find nothing wrong", async () => {
    const card = await ask("pools");

    expect(card.verdict).toMatchObject({ light: "ok", detail: "1 pool, 1 subnet with DHCP, 2 VM addresses" });
    expect(tableOf(card)[0]?.[4]).toBe("2 of 65,536");
  });

  test("policies show a new one before the security groups, and what it does to a VM", async () => {
    const [vm] = site.workloads;
    await put("default-deny-all", { ingress: [{ action: "Deny" }], selector: "all()", types: ["Ingress"] });

    const all = await ask("policies");
    const one = await ask("policies", vm?.address ?? "");
    await site.exec("ctl1", ["etcdctl", "del", "/calico/resources/v3/projectcalico.org/globalnetworkpolicies/default-deny-all"]);

    expect(all.verdict).toMatchObject({
      light: "bad",
      text: expect.stringContaining("`default-deny-all` drops all ingress of all 2 VM ports"),
    });
    expect(tableOf(all).map((row) => row[3])).toEqual(["GNP allow-monitoring", "GNP default-deny-all", "2 security groups (Neutron)"]);
    expect(one.verdict.text).toContain("`default-deny-all` drops all ingress before its security groups");
  });

  test("etcd and version tell what really runs", async () => {
    const etcd = await ask("etcd");
    const version = await ask("version");

    expect(etcd.verdict).toMatchObject({ light: "ok", text: expect.stringContaining("etcd 1 of 1 member answers, no alarm") });
    expect(tableOf(etcd)[0]?.slice(1, 3)).toEqual(["yes", "leader"]);
    expect(
      tableOf(version)
        .find(([part]) => part === "BIRD")
        ?.slice(1),
    ).toEqual([expect.stringMatching(/^1\.6\./), expect.stringMatching(/^4 hosts/)]);
  });

  test("with etcd stopped each of them says so and none hangs", async () => {
    await inject(site, "etcd-stopped");
    try {
      const cards = await Promise.all(["get gnp", "pools", "policies", "etcd", "version"].map((line) => ask(...line.split(" "))));

      expect(cards.map(({ verdict }) => verdict.light).filter((light) => light === "ok" || light === "info")).toEqual([]);
      expect(textOf(cards[3] as View)).toContain("etcd is unreachable");
    } finally {
      await heal(site, "etcd-stopped");
    }
  }, 40_000);
});
