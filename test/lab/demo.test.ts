import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import { until } from "../../lab/demo/stage.js";
import { identify } from "../../lab/hosts/identity.js";
import { run } from "../../lab/hosts/run.js";
import { readState, tearDown } from "../../lab/hosts/state.js";

const root = resolve(import.meta.dirname, "../..");
const kinds = ["net", "mnt", "pid", "uts", "ipc", "cgroup"];
let demo: ChildProcess | null = null;
let dir = "";
let printed = "";

afterEach(async () => {
  if (demo?.pid !== undefined && !ended()) process.kill(-demo.pid, "SIGKILL");
  await tearDown(dir);
});

/** npm itself ends by the signal it was sent. */
const ended = (): boolean => demo !== null && (demo.exitCode !== null || demo.signalCode !== null);

/** `npm run demo` on a folder and a port of its own, as the leader of a process group; resolves with the page's address. */
async function startDemo(command: readonly [string, ...string[]] = ["npm", "run", "-s", "demo"]): Promise<string> {
  dir = mkdtempSync(join(tmpdir(), "lab-demo-"));
  rmSync(dir, { recursive: true });
  printed = "";
  const [program, ...words] = command;
  demo = spawn(program, words, { cwd: root, detached: true, env: { ...process.env, LAB_DIR: dir, DEMO_PORT: "0" } });
  for (const stream of [demo.stdout, demo.stderr]) stream?.on("data", (data: Buffer) => void (printed += data.toString()));
  const address = () => /http:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0];
  await until("the page's address", () => address() !== undefined || ended(), 120_000);
  return address() ?? `no address: ${printed}`;
}

interface Left {
  processes: string[];
  namespaces: string[];
  files: string[];
}

/** All that the running demo has on this machine: its processes, the namespaces they are in, its control groups and files. */
function footprint(): Left {
  const state = readState(dir);
  const own = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && belongs(name, state?.fabric.net ?? ""));
  const inside = (state ? Object.values(state.hosts) : []).map(({ pid }) => String(pid));
  const mine = kinds.map((kind) => namespace("self", kind));
  const spaces = [...own, ...inside].flatMap((pid) => kinds.map((kind) => namespace(pid, kind)));
  return {
    processes: [...own, ...inside].map((pid) => JSON.stringify(identify(Number(pid)))),
    namespaces: [...new Set(spaces)].filter((one) => one !== "" && !mine.includes(one)),
    files: [dir, state?.cgroup ?? ""],
  };
}

/** Started for this demo, or living on its segment. */
function belongs(pid: string, segment: string): boolean {
  try {
    return namespace(pid, "net") === segment || readFileSync(`/proc/${pid}/environ`, "utf8").includes(`LAB_DIR=${dir}`);
  } catch {
    return false;
  }
}

function namespace(pid: string, kind: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/${kind}`);
  } catch {
    return "";
  }
}

/** Not a zombie: those are dead, and whether the machine's first process buries them is not the lab's doing. */
function living(pid: string): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** What of a footprint is there still. */
function remains(before: Left): Left {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && living(name));
  const alive = new Set(pids.flatMap((pid) => kinds.map((kind) => namespace(pid, kind))));
  return {
    processes: before.processes.filter((text) => pids.includes(pidIn(text)) && JSON.stringify(identify(Number(pidIn(text)))) === text),
    namespaces: before.namespaces.filter((one) => alive.has(one)),
    files: before.files.filter((file) => existsSync(file)),
  };
}

const pidIn = (identity: string): string => String((JSON.parse(identity) as { pid: number }).pid);

const nothing: Left = { processes: [], namespaces: [], files: [] };

describe("npm run demo", () => {
  test("answers /calico status with the health of the whole cloud, and leaves nothing at Ctrl-C", async () => {
    const url = await startDemo();
    const page = await fetch(`${url}/`);
    const asked = ["npm", "run", "-s", "slack", "--", "as", "alice", "#net-ops", "/calico status", "--wait"];
    const { stdout, stderr } = await run(["env", `SLACK_LAB_URL=${url}`, ...asked], { timeoutMs: 40_000 });

    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(stderr).toBe("");
    expect(stdout).toContain("lab GREEN: 4 hosts");
    expect(stdout).toMatch(/Neutron master ctl1:\d+ · agents 2 of 2 alive/);

    const before = footprint();
    expect(before.processes.length).toBeGreaterThan(15);
    expect(before.namespaces.length).toBeGreaterThan(12);
    process.kill(-(demo?.pid ?? 0), "SIGINT");
    await until("the end of the demo", () => ended() && printed.trimEnd().endsWith("down"), 20_000);

    expect(remains(before)).toEqual(nothing);
  }, 200_000);

  test("leaves nothing when its first process alone is told to end", async () => {
    await startDemo([process.execPath, "lab/demo.mjs"]);
    const before = footprint();
    demo?.kill("SIGINT");
    await until("the end of the demo", () => ended() && printed.trimEnd().endsWith("down"), 20_000);

    expect(demo?.exitCode).toBe(0);
    expect(before.processes.length).toBeGreaterThan(15);
    expect(remains(before)).toEqual(nothing);
  }, 200_000);

  test("leaves nothing after kill -9 and `npm run lab -- down`", async () => {
    await startDemo();
    const before = footprint();
    process.kill(-(demo?.pid ?? 0), "SIGKILL");
    const left = remains(before);
    const down = await run(["env", `LAB_DIR=${dir}`, "npm", "run", "-s", "lab", "--", "down"], { timeoutMs: 30_000 });

    expect(left.processes.length).toBeGreaterThan(10);
    expect(down.stdout).toBe("down\n");
    expect(remains(before)).toEqual(nothing);
  }, 200_000);
});
