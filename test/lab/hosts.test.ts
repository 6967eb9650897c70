import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { must, run } from "../../lab/hosts/run.js";
import { seed } from "../../lab/hosts/seed.js";
import { attach, ground, type Site } from "../../lab/hosts/site.js";
import { pause, readState, tearDown } from "../../lab/hosts/state.js";

const root = resolve(import.meta.dirname, "../..");
let dir = "";
let site: Site;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "lab-hosts-"));
  const made = await ground({ dir, bird: { connectDelay: 0 } });
  await made.raise();
  site = made.site;
  await seed(site, site.workloads);
}, 60_000);
afterAll(async () => {
  await tearDown(dir);
}, 30_000);

/** Everything on the machine that could be left behind: live processes by namespace, control groups, the folder. */
function leftovers(nets: readonly string[], cgroup: string, folder: string): string[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const alive = pids.filter((pid) => nets.includes(netOf(pid)));
  return [...alive.map((pid) => `process ${pid}`), ...(existsSync(cgroup) ? [cgroup] : []), ...(existsSync(folder) ? [folder] : [])];
}

function netOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return "";
  }
}

describe("the site", () => {
  test("runs systemd, and its VMs reach each other over routes that BGP brought", async () => {
    const state = await site.exec("compute1", ["systemctl", "is-active", "ssh", "bird", "calico-felix"]);
    const ping = await site.exec("compute1", ["ip", "netns", "exec", "vm-web", "ping", "-c", "1", "-W", "3", "10.65.0.12"]);

    expect(state.stdout).toBe("active\nactive\nactive\n");
    expect(ping.stdout).toContain("1 received");
  });

  test("has felix keys with a lease, and one that stays", async () => {
    await pause(3500);
    const { stdout } = await site.exec("ctl1", ["etcdctl", "get", "-w", "json", "--prefix", "/calico/felix/v2/no-region/host/compute1/"]);
    const { kvs } = JSON.parse(stdout) as { kvs: { key: string; lease?: number }[] };
    const leases = Object.fromEntries(
      kvs.map(({ key, lease }) => [Buffer.from(key, "base64").toString().split("/").at(-1), lease !== undefined]),
    );

    expect(leases).toMatchObject({ status: true, last_reported_status: false });
  });

  test("touches nothing outside: no address, link or route of it in the machine's own namespace", async () => {
    expect(await must(["ip", "-o", "addr"])).not.toContain("192.168.10.");
    expect(await must(["ip", "route"])).not.toContain("192.168.10.");
    expect(await must(["ip", "-o", "link"])).not.toMatch(/p-compute|p-ctl/);
  });

  test("can be found again by another process", () => {
    expect(attach(dir)?.isUp("rr1")).toBe(true);
  });
});

test("down leaves nothing, also when the process that started it was killed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "lab-killed-"));
  rmSync(folder, { recursive: true });
  const lab = (word: string) => [join(root, "node_modules/.bin/tsx"), join(root, "lab/lab.ts"), word];
  const [program = "", ...args] = lab("up");
  const child = spawn(program, args, { env: { ...process.env, LAB_DIR: folder }, stdio: "ignore" });
  while (Object.keys(readState(folder)?.hosts ?? {}).length < 2) await pause(20);
  child.kill("SIGKILL");
  const state = JSON.parse(readFileSync(join(folder, "state.json"), "utf8")) as NonNullable<ReturnType<typeof readState>>;
  const nets = [state.fabric, ...Object.values(state.hosts)].map(({ net }) => net);
  await pause(300);
  expect(leftovers(nets, state.cgroup, folder).length).toBeGreaterThan(3);

  const down = await run(["env", `LAB_DIR=${folder}`, ...lab("down")], { timeoutMs: 30_000 });

  expect(down.stdout).toBe("down\n");
  expect(leftovers(nets, state.cgroup, folder)).toEqual([]);
}, 60_000);
