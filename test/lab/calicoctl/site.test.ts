import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { buildCalicoctl } from "../../../lab/calicoctl/build.js";
import { seed } from "../../../lab/hosts/seed.js";
import { ground, type Site } from "../../../lab/hosts/site.js";
import { tearDown } from "../../../lab/hosts/state.js";

const folder = mkdtempSync(join(tmpdir(), "calicoctl-site-"));
const dir = join(folder, "lab");
let site: Site;

beforeAll(async () => {
  const calicoctl = await buildCalicoctl(join(folder, "bin"));
  const made = await ground({ dir, bird: { connectDelay: 0 }, calicoctl });
  await made.raise();
  site = made.site;
  await seed(site, site.workloads);
}, 60_000);
afterAll(async () => {
  await tearDown(dir);
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

describe("calicoctl on a host of the lab", () => {
  test("`node status` shows the host's own sessions", async () => {
    const { code, stdout, stderr } = await site.exec("compute1", ["calicoctl", "node", "status"]);
    const peers = stdout.split("\n").filter((line) => /^\| \d/.test(line));

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(
      peers.map((line) =>
        line
          .replace(/\d\d:\d\d:\d\d/, "clock")
          .split("|")
          .slice(1, -1)
          .map((cell) => cell.trim()),
      ),
    ).toEqual([
      ["192.168.10.254", "global", "up", "clock", "Established"],
      ["192.168.10.12", "node-to-node mesh", "up", "clock", "Established"],
    ]);
    expect(stdout).toContain("INFO: BIRDv6 process: 'bird6' is not running.");
  });

  test("`node status` finds no felix on a host without one, though BIRD runs", async () => {
    const { code, stderr } = await site.exec("rr1", ["calicoctl", "node", "status"]);

    expect({ code, stderr }).toEqual({ code: 1, stderr: "Calico process is not running.\n" });
  });

  test("`get` reads the lab's etcd by /etc/calico/calicoctl.cfg", async () => {
    const nodes = await site.exec("compute1", ["calicoctl", "get", "nodes", "-o", "json"]);
    const ports = await site.exec("compute2", ["calicoctl", "get", "wep", "-n", "openstack", "-o", "json"]);
    const { items } = JSON.parse(ports.stdout) as { items: { spec: { node: string } }[] };

    expect(JSON.parse(nodes.stdout)).toMatchObject({ kind: "NodeList", items: [] });
    expect(items.map(({ spec }) => spec.node).toSorted()).toEqual(site.workloads.map(({ host }) => host).toSorted());
  });

  test("`create` and `delete` take what is piped to them on a host", async () => {
    const stdin = JSON.stringify({ apiVersion: "projectcalico.org/v3", kind: "Tier", metadata: { name: "piped" }, spec: { order: 3 } });
    const created = await site.exec("ctl1", ["calicoctl", "create", "-f", "-"], { stdin });
    const tiers = await site.exec("compute2", ["calicoctl", "get", "tiers"]);
    const deleted = await site.exec("ctl1", ["calicoctl", "delete", "-f", "-"], { stdin });

    expect(created).toMatchObject({ code: 0, stdout: "Successfully created 1 'Tier' resource(s)\n" });
    expect(tiers.stdout).toMatch(/^piped +3 +/m);
    expect(deleted).toMatchObject({ code: 0, stdout: "Successfully deleted 1 'Tier' resource(s)\n" });
  });

  test("`version` tells what Neutron left out", async () => {
    const { stdout } = await site.exec("ctl1", ["calicoctl", "version"]);

    expect(stdout).toContain("Cluster Version:   unknown\nCluster Type:      openstack\n");
  });
});
