import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pause } from "../hosts/state.js";
import type { Workload } from "../site.js";
import { type Api, logIn } from "./api.js";
import { bindPorts, makeCloud } from "./cloud.js";
import { keystoneUrl, neutronUrl } from "./configuration.js";
import type { Passwords } from "./plane.js";
import { makeUsers } from "./users.js";

/**
 * Runs on the site's segment, where Keystone and Neutron listen: `create` makes users, network and ports for the workloads
 * on stdin and prints them with Neutron's ids; `bind` waits for the felix agents of the workloads on stdin and binds the ports.
 */
const [, , word, dir = ""] = process.argv;
const place = { identity: keystoneUrl, network: neutronUrl };
const passwords = JSON.parse(readFileSync(join(dir, "passwords.json"), "utf8")) as Passwords;
const workloads = JSON.parse(readFileSync(0, "utf8")) as Workload[];

async function create(api: Api): Promise<void> {
  const { project } = await makeUsers(api, place, passwords);
  process.stdout.write(JSON.stringify(await makeCloud(api, project, workloads)));
}

async function bind(api: Api): Promise<void> {
  const end = Date.now() + 30_000 + workloads.length * 1000;
  const hosts = new Set(workloads.map(({ host }) => host));
  for (;;) {
    const agents = await api.list<{ host: string; alive: boolean }>("network", "/agents?binary=calico-felix");
    if (agents.filter(({ host, alive }) => alive && hosts.has(host)).length === hosts.size) break;
    if (Date.now() > end) throw new Error(`Neutron knows no live felix agent for each of ${[...hosts].join(", ")}`);
    await pause(300);
  }
  await bindPorts(api, workloads);
  await settled(api, end);
}

/** Waits until the driver has brought each port's state from felix to Neutron, as Nova waits before it starts an instance. */
async function settled(api: Api, end: number): Promise<void> {
  const ids = new Set(workloads.map(({ portId }) => portId));
  for (;;) {
    const ports = await api.list<{ id: string; status: string }>("network", "/ports?fields=id&fields=status");
    const open = ports.filter(({ id, status }) => ids.has(id) && status !== "ACTIVE");
    if (open.length === 0) return;
    if (Date.now() > end) throw new Error(`Neutron does not call these ports ACTIVE: ${open.map(({ id }) => id).join(", ")}`);
    await pause(300);
  }
}

const api = await logIn(place, passwords.admin);
if (word === "create") await create(api);
else if (word === "bind") await bind(api);
else throw new Error(`create or bind, not ${word}`);
