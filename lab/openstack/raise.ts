import { openSync } from "node:fs";
import { join } from "node:path";
import { buildCalicoctl } from "../calicoctl/build.js";
import { seed } from "../hosts/seed.js";
import { ground, type Raising, type Site } from "../hosts/site.js";
import { defaultWorkloads, type Workload } from "../site.js";
import { type Plane, type Preparing, startPlane } from "./plane.js";

const tsx = join(import.meta.dirname, "../../node_modules/.bin/tsx");

export interface Cloud {
  site: Site;
  plane: Plane;
  /** Path of calicoctl on the worker's machine. */
  calicoctl: string;
}

/**
 * A whole cloud: Keystone and Neutron first, networks and ports in them, then hosts whose VMs, routes and etcd keys carry
 * Neutron's ids, then the driver; at the end every port is bound to its host.
 */
export async function raiseCloud(how: Raising & Preparing, say: (text: string) => void = () => {}): Promise<Cloud> {
  const calicoctl = await buildCalicoctl(join(how.dir, "bin"));
  const { site, raise } = await ground({ ...how, calicoctl });
  const plane = await startPlane(site, how);
  const workloads = JSON.parse(await inside({ site, plane }, "create", defaultWorkloads(site.hosts))) as Workload[];
  say(`Keystone and Neutron answer; ${workloads.length} ports are made`);
  await raise(workloads);
  await seed(site, workloads);
  startDriver(site);
  await inside({ site, plane }, "bind", workloads);
  say(`hosts are up: ${site.hosts.map(({ name }) => name).join(", ")}; their felix agents report to Neutron`);
  return { site, plane, calicoctl };
}

/** Runs the program that speaks with Keystone and Neutron, on the segment where they listen. */
async function inside(
  { site, plane }: Pick<Cloud, "site" | "plane">,
  word: "create" | "bind",
  workloads: readonly Workload[],
): Promise<string> {
  const argv = [tsx, join(import.meta.dirname, "main.ts"), word, plane.dir];
  const { code, stdout, stderr } = await site.run(argv, { stdin: JSON.stringify(workloads), timeoutMs: 90_000 + workloads.length * 2000 });
  if (code !== 0) throw new Error(`${word} in Neutron ended with ${code}: ${stderr.trimEnd().slice(-600)}`);
  return stdout;
}

/** Starts what stands in for Neutron's Calico driver. */
export function startDriver(site: Site): void {
  const log = openSync(join(site.dir, "driver.log"), "a");
  site.launch([tsx, join(import.meta.dirname, "../driver/main.ts")], {
    stdio: ["ignore", log, log],
    env: { ...process.env, LAB_DIR: site.dir },
  });
}

/** What the worker's configuration says of this cloud; as `member` it may not list agents. */
export function workerOf({ plane, calicoctl }: Cloud, who: "chatops" | "member" = "chatops"): Readonly<Record<string, unknown>> {
  const project = who === "chatops" ? "admin" : "shop";
  return {
    calicoctl: { path: calicoctl, hostPath: "/run/lab/calicoctl" },
    openstack: { authUrl: plane.authUrl, username: who, password: `file:openstack/${who}.password`, project, region: "RegionOne" },
  };
}
