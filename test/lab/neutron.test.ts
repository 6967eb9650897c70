import type { ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Stage, until } from "../../lab/demo/stage.js";
import type { Site } from "../../lab/hosts/site.js";
import { tearDown } from "../../lab/hosts/state.js";
import { type Cloud, raiseCloud, workerOf } from "../../lab/openstack/raise.js";
import type { View } from "../../src/contract/view.js";
import { answerTo, replaceWorker, startWorker, verdictOf } from "../support/site.js";

let cloud: Cloud;
let site: Site;
let stage: Stage;
let worker: ChildProcess;

beforeAll(async () => {
  cloud = await raiseCloud({ dir: mkdtempSync(join(tmpdir(), "lab-neutron-")), bird: { connectDelay: 0 } });
  site = cloud.site;
  ({ stage, worker } = await startWorker(site, { worker: workerOf(cloud) }));
  await until(
    "every port is active",
    async () => (await ask("agents").catch(() => null))?.verdict.detail?.includes("2 ports in 15 min, 0 stuck") === true,
  );
}, 150_000);
afterAll(async () => {
  await tearDown(site.dir);
}, 30_000);

const ask = (line: string): Promise<View> => answerTo(stage, [line]);
const verdict = (line: string): Promise<string> => verdictOf(stage, [line]);

const vm = (name: string) => {
  const found = site.workloads.find((workload) => workload.name === name);
  if (!found) throw new Error(`the lab has no VM ${name}`);
  return found;
};

describe("with Keystone and Neutron up", () => {
  test("agents shows every host's agent and key, and that new VMs get a network", async () => {
    await until("felix and Neutron agree", async () => (await ask("agents")).verdict.light === "ok");
    const card = await ask("agents");

    expect(card.verdict).toMatchObject({
      text: expect.stringMatching(/^lab: 2 of 2 felix agents alive, oldest heartbeat \d s$/),
      detail: "Yes, new VMs get a network: 2 ports in 15 min, 0 stuck",
    });
    expect(JSON.stringify(card.sections)).toMatch(/\["compute1","alive","\d s","fresh, \d s","yes"\]/);
    expect(JSON.stringify((await ask("status")).sections)).toContain("2 ports in 15 min, 0 stuck");
  }, 40_000);

  test("an address is a VM by both sides, a gateway, a host, or nobody's", async () => {
    const { address, host, deviceId, portId } = vm("web");

    expect((await ask(`ip ${address}`)).verdict).toEqual({
      light: "ok",
      text: `${address} is VM "web" of project "shop" on ${host}: port ACTIVE, felix up`,
      detail: 'network "tenant", security group "web"; etcd and Neutron agree on whose it is',
    });
    expect(await verdict("10.65.0.1")).toBe('10.65.0.1 is the gateway of subnet "tenant-v4" 10.65.0.0/24');
    expect(await verdict("192.168.10.11")).toBe("192.168.10.11 is host compute1 (compute)");
    expect(await verdict("10.65.0.99")).toBe("nobody has 10.65.0.99");
    for (const id of [deviceId, portId])
      expect(await verdict(id)).toBe(`"${id}" is VM "web" of project "shop" on ${host}: port ACTIVE, felix up`);
  }, 30_000);

  test("a name alone is looked up", async () => {
    expect(await verdict("db")).toBe('"db" is VM "db" of project "shop" on compute2: port ACTIVE, felix up (+1 more)');
    expect(await verdict("app-7")).toContain("nothing in lab is called `app-7`");
    expect(await verdict("allow-monitoring")).toBe('"allow-monitoring" is GlobalNetworkPolicy "allow-monitoring"');
    expect(await verdict("tenant")).toBe('"tenant" is network "tenant" of project "shop"');
    expect(await verdict("compute1")).toContain("compute1");
  }, 30_000);

  test("the program's own reads come as a table, and only reads", async () => {
    const card = await ask("openstack port list --name web --long");

    expect(card.verdict.text).toBe("`openstack port list --name web --long`: 1 row");
    expect(JSON.stringify(card.sections)).toContain(vm("web").portId);
    expect(await verdict("openstack server list")).toContain("public endpoint for compute service in RegionOne region not found");
    expect(await verdict("openstack port delete web")).toContain("changes something; only reads are run here");
  }, 60_000);
});

test("an endpoint that Neutron never heard of, and a port that etcd lost, are told as what they are", async () => {
  const { address, portId } = vm("db");
  const prefix = "/calico/resources/v3/projectcalico.org/workloadendpoints/";
  const { stdout } = await site.exec("ctl1", ["etcdctl", "get", "--prefix", "--keys-only", prefix]);
  const key = stdout.split("\n").find((line) => line.includes(portId.replaceAll("-", "--"))) ?? "";
  const { stdout: value } = await site.exec("ctl1", ["etcdctl", "get", "--print-value-only", key]);
  await site.exec("ctl1", ["etcdctl", "del", key]);
  try {
    expect(await verdict(`ip ${address}`)).toContain('VM "db" is in Neutron, bound to compute2, but not in etcd');
    const stranger = portId.replace(/^........-/, "00000000-");
    const [other, text] = [key, value].map((one) =>
      one.replaceAll(portId, stranger).replaceAll(portId.replaceAll("-", "--"), stranger.replaceAll("-", "--")),
    );
    await site.exec("ctl1", ["etcdctl", "put", other ?? ""], { stdin: (text ?? "").replaceAll(address, "10.65.0.200").trim() });
    expect(await verdict("ip 10.65.0.200")).toContain("is in etcd but not in Neutron");
    await site.exec("ctl1", ["etcdctl", "del", other ?? ""]);
  } finally {
    await site.exec("ctl1", ["etcdctl", "put", key], { stdin: value.trim() });
  }
  expect((await ask(`ip ${address}`)).verdict.light).toBe("ok");
}, 30_000);

test("a port that no host would take is told with its host, although it has a name and an address", async () => {
  const login = {
    OS_AUTH_URL: cloud.plane.authUrl,
    OS_USERNAME: "admin",
    OS_PASSWORD: cloud.plane.passwords.admin,
    OS_PROJECT_NAME: "admin",
  };
  const domains = { OS_USER_DOMAIN_NAME: "Default", OS_PROJECT_DOMAIN_NAME: "Default", OS_IDENTITY_API_VERSION: "3" };
  const env = Object.entries({ ...login, ...domains }).map(([name, value]) => `${name}=${value}`);
  const admin = (...words: string[]) => site.run(["env", ...env, "openstack", ...words], { timeoutMs: 30_000 });
  // The driver's stand-in writes into Neutron's database beside it, and SQLite may call a transaction locked for that.
  const words = ["--network", "tenant", "--device-owner", "compute:nova", "--host", "compute9"];
  let said = "";
  await until("the port is made", async () => {
    const { code, stdout, stderr } = await admin("port", "create", ...words, "broken");
    if (code === 0) return true;
    said = stdout + stderr;
    await admin("port", "delete", "broken");
    return false;
  }).catch((error: Error) => {
    throw new Error(`${error.message}: ${said}`);
  });
  try {
    const card = await ask("agents");

    expect(card.verdict).toMatchObject({
      light: "warn",
      text: "lab: 1 port of the last 15 min could not be bound on compute9 (1)",
      detail: "Not every new VM gets a network: 3 ports in 15 min, 0 stuck, 1 binding_failed",
    });
    const found = await ask("broken");
    expect(found.verdict).toMatchObject({
      light: "bad",
      text: expect.stringMatching(/^"broken" is VM "broken" of project "admin" on compute9: port DOWN/),
    });
    expect(JSON.stringify(found.sections)).toContain("in Neutron, bound to compute9, but not in etcd");
  } finally {
    await admin("port", "delete", "broken");
  }
}, 60_000);

test("a user without the role may not see agents, which is not called none", async () => {
  await restage("member");
  try {
    await until("Neutron has the ports' states", async () => (await ask("agents")).verdict.detail?.endsWith(", 0 stuck") === true).catch(
      () => {},
    );
    const card = await ask("agents");

    expect(card.verdict).toMatchObject({
      light: "unknown",
      text: "lab: the bot's OpenStack user may not see agents (roles: member, reader)",
    });
    expect(card.verdict.detail).toMatch(/^felix' own keys: 2 of 2; 2 ports of the bot's own project in 15 min, 0 stuck$/);
    expect((await ask(`ip ${vm("web").address}`)).verdict).toMatchObject({
      light: "ok",
      text: expect.stringContaining('is VM "web" of project "shop"'),
    });
  } finally {
    await restage("chatops");
  }
}, 60_000);

async function restage(who: "chatops" | "member"): Promise<void> {
  ({ stage, worker } = await replaceWorker(site, { stage, worker }, { worker: workerOf(cloud, who) }));
}

describe("with Neutron silent", () => {
  /** The servers of this site and no other: in its network, by what they run. */
  function servers(word: string): number[] {
    const net = readlinkSync(`/proc/${worker.pid}/ns/net`);
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => {
        try {
          return readlinkSync(`/proc/${pid}/ns/net`) === net && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(word);
        } catch {
          return false;
        }
      });
  }
  const signal = (pids: readonly number[], name: NodeJS.Signals): void =>
    pids.forEach((pid) => existsSync(`/proc/${pid}`) && process.kill(pid, name));

  test("the half from etcd arrives within the deadline, and what is missing is named", async () => {
    const pids = servers("neutron-server");
    expect(pids.length).toBeGreaterThan(0);
    signal(pids, "SIGSTOP");
    try {
      const began = Date.now();
      const { address, deviceId } = vm("web");
      const [agents, ip, status] = await Promise.all([ask("agents"), ask(`ip ${address}`), ask("status")]);

      expect(Date.now() - began).toBeLessThan(12_000);
      expect(agents.verdict).toMatchObject({
        light: "bad",
        text: expect.stringMatching(/^lab: Neutron could not be asked: 127\.0\.0\.1:29696 gave no answer in 5 s/),
        detail: expect.stringMatching(/^felix' own keys: 2 of 2; /),
      });
      expect(ip.verdict).toMatchObject({
        light: "unknown",
        text: `${address} is VM ${deviceId} of project "shop" on compute1: felix up`,
        detail: expect.stringContaining("Neutron could not be asked, so this is one side only"),
      });
      expect(status.verdict.text).toContain("Neutron could not be asked");
    } finally {
      signal(pids, "SIGCONT");
    }
    await until("Neutron answers again", async () => (await ask("agents")).verdict.light === "ok", 30_000);
  }, 60_000);
});
