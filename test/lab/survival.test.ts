import type { ChildProcess } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Stage, setStage, until } from "../../lab/demo/stage.js";
import { heal, inject } from "../../lab/faults/switch.js";
import { type Site } from "../../lab/hosts/site.js";
import { pause, tearDown } from "../../lab/hosts/state.js";
import type { View } from "../../src/contract/view.js";
import { raiseHosts } from "../support/site.js";

/** What happens to questions while parts of the product die and come back. */
let site: Site;
let stage: Stage;
const workers = new Map<string, ChildProcess>();

beforeAll(async () => {
  site = await raiseHosts("survival");
  await site.exec("ctl1", ["etcdctl", "put", "/calico/openstack/v2/no-region/neutron_election", "ctl1:1"]);
  stage = await setStage(site, {
    // A hung BIRD costs 4 s here, so that there is time to do things while a job runs.
    worker: { ssh: { user: "root", privateKey: "file:id", knownHosts: "file:known_hosts", hostTimeout: "5s" } },
  });
}, 90_000);
afterAll(async () => {
  await tearDown(site.dir);
}, 30_000);

function startWorker(id: string): void {
  const config = join(site.dir, `${id}.yaml`);
  writeFileSync(config, readFileSync(stage.config, "utf8").replace('"id": "lab-a"', `"id": "${id}"`), { mode: 0o600 });
  const program = resolve(import.meta.dirname, "../../dist/src/cli.js");
  workers.set(id, stage.launch(id, [process.execPath, program, "--config", config, "worker"], process.env));
}

async function ask(...words: string[]): Promise<{ view: View; code: number | null; ms: number }> {
  const began = Date.now();
  const { stdout, stderr, code } = await stage.line(words, 60_000);
  if (stdout === "") throw new Error(`no answer: ${stderr}`);
  return { view: JSON.parse(stdout) as View, code, ms: Date.now() - began };
}

const verdict = async (...words: string[]): Promise<string> =>
  (await ask(...words).catch((error: Error) => ({ view: { verdict: { text: error.message } } }))).view.verdict.text;
const alive = async (id: string): Promise<boolean> => (await stage.line(["clusters"])).stdout.includes(`${id} (`);

interface Line {
  msg: string;
  job?: string;
  request?: string;
  where?: string;
}
const logOf = (id: string): Line[] =>
  readFileSync(join(site.dir, "log", `${id}.log`), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Line);
const taken = (id: string): number => logOf(id).filter(({ msg }) => msg === "job taken").length;

test("a worker that starts before Redis waits for it", async () => {
  startWorker("lab-a");
  startWorker("lab-b");
  await pause(1500);

  stage.start("redis");

  await until("both workers are alive", async () => (await alive("lab-a")) && (await alive("lab-b")), 30_000);
  await until("green", async () => (await verdict("status")).startsWith("lab GREEN"));
}, 60_000);

test("a line may carry its own flags, and the exit code tells how it went", async () => {
  expect(await ask("status", "--cluster", "lab")).toMatchObject({ code: 0 });
  expect(await ask("stauts")).toMatchObject({ code: 2, view: { failure: "unknown_command" } });
  expect(await ask("bgp", "compute11")).toMatchObject({ code: 2, view: { failure: "not_found" } });
});

test("every call that a job makes is in the worker's log under the request's id", async () => {
  const { view } = await ask("status");
  const job = view.footer.join(" ").match(/id (\S+)/)?.[1] ?? "";
  const request = job.replace(/-1$/, "");

  const lines = [...logOf("lab-a"), ...logOf("lab-b")].filter((line) => line.request === request);

  expect(lines.filter(({ msg }) => msg === "job taken")).toHaveLength(1);
  const asked = lines.filter(({ msg }) => msg === "asked").map(({ where }) => where);
  for (const where of ["ctl1", "compute1", "compute2", "rr1", "worker"]) expect(asked).toContain(where);
});

describe("while a job runs that a hung BIRD holds up", () => {
  const busy = async (before: ReadonlyMap<string, number>): Promise<string> => {
    const found = (): string | undefined => [...before].find(([id, count]) => taken(id) > count)?.[0];
    await until("a worker takes the job", () => found() !== undefined);
    return found() ?? "";
  };
  const counts = (): Map<string, number> => new Map(["lab-a", "lab-b"].map((id) => [id, taken(id)]));
  beforeAll(async () => void (await inject(site, "bird-hung")));
  afterAll(async () => void (await heal(site, "bird-hung")));

  test("its worker is killed: the other one starts it again within seven seconds, and it is answered once", async () => {
    const before = counts();
    const asked = ask("status");
    const first = await busy(before);
    workers.get(first)?.kill("SIGKILL");
    const other = first === "lab-a" ? "lab-b" : "lab-a";
    const began = Date.now();
    try {
      await until("the other worker takes it", () => taken(other) > (before.get(other) ?? 0));

      // A second more than promised, for a machine that does other things too.
      expect(Date.now() - began).toBeLessThan(8000);
      expect((await asked).view.verdict.text).toContain("compute2: BIRD hangs");
    } finally {
      startWorker(first);
      await until("both workers are alive", async () => (await alive("lab-a")) && (await alive("lab-b")));
    }
  }, 60_000);

  test("its worker is stopped: the job is still answered", async () => {
    const before = counts();
    const asked = ask("status");
    const first = await busy(before);

    workers.get(first)?.kill("SIGTERM");

    expect((await asked).view.verdict.text).toMatch(/BIRD hangs|was stopped while it worked/);
    startWorker(first);
    await until("both workers are alive", async () => (await alive("lab-a")) && (await alive("lab-b")));
  }, 60_000);

  test("Redis is killed and comes back: the job is still answered", async () => {
    const before = counts();
    const asked = ask("status");
    await busy(before);

    await site.run([
      "sh",
      "-c",
      `kill -9 "$(redis-cli -s ${join(site.dir, "redis.sock")} info server | sed -n 's/process_id://p' | tr -d '\\r')"`,
    ]);
    await pause(1500);
    stage.start("redis");

    expect((await asked).view.verdict.text).toContain("compute2: BIRD hangs");
  }, 60_000);
});

describe("hosts that cannot be logged into cost their own deadline and no more", () => {
  const cutOff = async (): Promise<void> => {
    await site.exec("compute1", ["systemctl", "kill", "-s", "STOP", "ssh"]);
    await site.exec("compute2", ["ip", "route", "replace", "blackhole", "192.168.10.0/24"]);
    await site.exec("compute2", ["ip", "route", "del", "192.168.10.0/24", "dev", "eth0"]);
  };
  const mend = async (): Promise<void> => {
    await site.exec("compute1", ["systemctl", "kill", "-s", "CONT", "ssh"]);
    await site.exec("compute2", ["ip", "route", "replace", "192.168.10.0/24", "dev", "eth0", "src", "192.168.10.12"]);
    await site.exec("compute2", ["ip", "route", "del", "blackhole", "192.168.10.0/24"]);
  };
  const within = 8000;

  test("a hung sshd and a dropped path, over connections that were open and over new ones", async () => {
    await until("green", async () => (await verdict("status")).startsWith("lab GREEN"), 25_000);
    await cutOff();
    try {
      for (let i = 0; i < 2; i++) {
        const { view, ms } = await ask("status");
        const text = JSON.stringify(view);

        expect(ms).toBeLessThan(within);
        expect(text).toContain("compute1 does not answer SSH");
        expect(text).toMatch(/the port takes connections but sshd said nothing in [\d.]+ s; it hangs/);
        expect(text).toContain("compute2 does not answer SSH");
        expect(text).toMatch(/gave no sign of life in [\d.]+ s: host gone, or tcp\/22 is dropped/);
        // The rest has arrived.
        expect(view.verdict.detail).toContain("etcd 1/1, no alarm");
        expect(view.sections.find((section) => section.kind === "table")?.rows).toContainEqual(
          expect.arrayContaining([expect.stringMatching(/^rr1/), "reflector"]),
        );
      }
    } finally {
      await mend();
    }
  }, 90_000);
});

test("after all that the site is green, and both workers live", async () => {
  await until("green again", async () => (await verdict("status")).startsWith("lab GREEN"), 25_000);

  expect((await ask("clusters")).view.verdict.text).toBe("1 cluster, each with a worker");
}, 40_000);

test("services end at a signal also when Redis is gone, or goes meanwhile", async () => {
  const [a, b] = ["lab-a", "lab-b"].map((id) => workers.get(id));
  const ended = (process: ChildProcess | undefined): boolean => process?.exitCode === 0;

  a?.kill("SIGTERM");
  await site.run(["sh", "-c", `redis-cli -s ${join(site.dir, "redis.sock")} shutdown nosave`]);
  await pause(1500);
  b?.kill("SIGTERM");

  await until("both workers have ended", () => ended(a) && ended(b), 16_000);
}, 40_000);
