import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { build } from "esbuild";
import { seal } from "../src/contract/envelope.js";
import type { Plan } from "../src/contract/plan.js";
import { localRevert, localStatus } from "../src/local.js";
import { createClusterQueue } from "../src/queue/cluster-queue.js";
import { ben, jobOf, openBench, openSite, planOf, policy, type Site, signer, stepOf } from "./support/changes.js";
import { type Programs, programs } from "./support/program.js";
import { quiet, startRedis, type TestRedis } from "./support/redis-server.js";
import { until } from "./support/way.js";

/** The worker's machine: its journal, its calicoctl, its etcd; redis only where a test says so. */
let site: Site;
let redis: TestRedis;
let made: Programs;
let config: string;
let child: string;
let number = 0;
let printed = "";
const asked = { cluster: null, json: true };

beforeAll(async () => {
  [site, redis] = await Promise.all([openSite(), startRedis()]);
  made = programs();
  child = join(process.cwd(), "node_modules/.cache/local-test");
  mkdirSync(child, { recursive: true });

  await build({
    entryPoints: { calicoctl: "test/support/calicoctl-program.ts" },
    outdir: child,
    bundle: true,
    packages: "external",
    format: "esm",
    platform: "node",
    outExtension: { ".js": ".mjs" },
  });
  const calicoctl = made.script("calicoctl", `exec ${process.execPath} ${join(child, "calicoctl.mjs")} ${site.etcd.endpoint} "$@"`);
  const { keys } = site.ground;
  const file = (name: string, text: string): string => {
    writeFileSync(join(made.folder, name), text, { mode: 0o600 });
    return `file:${name}`;
  };
  const pem = (name: "bot" | "worker"): string => site.keys[name].publicKey.export({ type: "spki", format: "pem" }).toString();
  const worker = {
    id: "w1",
    signingKey: file("worker.key", keys.worker),
    ssh: { user: "root", privateKey: file("ssh", keys.worker), knownHosts: file("known_hosts", "192.0.2.1 ssh-ed25519 AAAA\n") },
    etcd: { endpoints: [site.etcd.endpoint] },
    calicoctl: { path: calicoctl },
    changes: {},
  };
  const hosts = [{ name: "h1", address: "192.0.2.1" }];
  const cluster = {
    name: "lab",
    hosts,
    workerKeys: [file("worker.pub", pem("worker"))],
    botKeys: [file("bot.pub", pem("bot"))],
    changes: {},
    worker,
  };
  const whole = { redis: { url: redis.url, prefix: "test" }, state: site.folder, clusters: [cluster], access: { roles: {} } };
  config = join(made.folder, "config.yaml");
  writeFileSync(config, JSON.stringify(whole), { mode: 0o600 });
}, 30_000);
afterAll(async () => {
  made.remove();
  site.end();
  await redis.stop();
});
beforeEach(() => {
  printed = "";
  jest.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** It governs nobody, so that planning it again finds nothing new to say. */
const narrow = { selector: "app == 'nobody'", types: ["Egress"], egress: [{ action: "Allow" }] };
const fresh = (): ReturnType<typeof policy> => policy(`local-${++number}`, narrow);

/** A change that is applied by a worker which is gone again. */
async function applied(): Promise<{ plan: Plan; object: ReturnType<typeof policy> }> {
  const object = fresh();
  const plan = planOf([stepOf(object, null)]);
  const bench = await openBench(site, { name: "lab-w1" });
  await bench.run(plan);
  await bench.close();
  return { plan, object };
}

describe("without a worker that runs, and without redis", () => {
  test("the open changes are listed with their end", async () => {
    const { plan, object } = await applied();

    expect(await localStatus(config, asked)).toBe(0);

    const { open } = JSON.parse(printed) as { open: { id: string }[] };
    expect(open.find(({ id }) => id === plan.id)).toMatchObject({
      state: "applied",
      line: "apply",
      requester: "slack:T1/UANNA",
      ends: expect.any(Number),
      objects: [{ subject: `GlobalNetworkPolicy ${object.metadata.name}`, fate: "applied" }],
    });
    printed = "";
    await localStatus(config, { ...asked, json: false });
    expect(printed).toMatch(new RegExp(`${plan.id} applied, put back 20.*unless somebody keeps it: apply`));
  });

  test("a change is put back by the command itself", async () => {
    const { plan, object } = await applied();

    expect(await localRevert(config, plan.id, asked)).toBe(0);

    expect(JSON.parse(printed)).toMatchObject({ state: "reverted", objects: [{ fate: "put_back" }] });
    expect(await site.get(object)).toBeNull();
    await expect(localRevert(config, plan.id, asked)).rejects.toMatchObject({ failure: { code: "conflict" } });
  });

  test("a change that nobody knows is named", async () => {
    await expect(localRevert(config, "c-unknown", asked)).rejects.toMatchObject({ failure: { code: "not_found" } });
  });
});

describe("a worker process", () => {
  let worker: ChildProcess;
  beforeAll(async () => {
    worker = spawn(process.execPath, ["--import", "tsx", "src/cli.ts", "--config", config, "worker"], { stdio: "ignore" });
    const queue = createClusterQueue(await redis.links(), "lab", quiet);
    await until(async () => (await queue.beats()).length > 0, 20_000);
  }, 30_000);
  afterAll(async () => {
    const gone = once(worker, "exit");
    worker.kill("SIGTERM");
    await gone;
  });

  test("applies what comes over the queue, and reverts what is ordered on its machine", async () => {
    const queue = createClusterQueue(await redis.links(), "lab", quiet);
    const object = fresh();
    const plan = planOf([stepOf(object, null)]);
    const sign = signer(site);
    const approval = { plan: sign.plan(plan), votes: [sign.vote(plan, ben)], emergency: null };
    const job = jobOf(plan, approval);
    await queue.submit(
      seal({ kind: "job", id: job.id, cluster: "lab", actor: "slack:T1/UANNA", ttl: 60_000, payload: job }, site.keys.bot.privateKey),
      "changes",
    );
    await until(async () => (await site.get(object)) !== null, 15_000);
    await until(async () => {
      printed = "";
      await localStatus(config, asked);
      return printed.includes(`"id":"${plan.id}","state":"applied"`);
    });

    printed = "";
    expect(await localRevert(config, plan.id, asked)).toBe(0);

    expect(JSON.parse(printed)).toMatchObject({ state: "reverted" });
    expect(await site.get(object)).toBeNull();
  }, 40_000);
});
