import type { ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { must, type RunResult, run } from "../hosts/run.js";
import type { Site } from "../hosts/site.js";
import { pause } from "../hosts/state.js";
import { etcdEndpoint } from "../site.js";

/** The product on the site: Redis, worker and bot as built, with keys and a configuration of their own. */
export interface Stage {
  config: string;
  /** Starts a program of the lab itself inside the site. */
  launch(name: string, argv: readonly string[], env: NodeJS.ProcessEnv): ChildProcess;
  start(what: "redis" | "worker" | "bot", more?: readonly string[]): ChildProcess;
  /** `calico-chatops run LINE` as a person sees it. */
  print(line: string): Promise<RunResult>;
  /** The same with the answer as JSON. */
  line(words: readonly string[], timeoutMs?: number): Promise<RunResult>;
}

export interface Staging {
  /** Sections of the configuration beside what the site itself dictates. */
  worker?: Readonly<Record<string, unknown>>;
  thresholds?: Readonly<Record<string, string>>;
  slack?: Readonly<Record<string, unknown>>;
  access?: Readonly<Record<string, unknown>>;
  /** Rules of changes; what is left out is as the product presets it. */
  changes?: Readonly<Record<string, unknown>>;
}

const program = resolve(import.meta.dirname, "../../dist/src/cli.js");

/** Writes keys and configuration below the site's folder. Nothing runs yet. */
export async function setStage(site: Site, staging: Staging = {}): Promise<Stage> {
  if (!existsSync(program)) throw new Error("the program is not built: run `npm run build`");
  const config = join(site.dir, "config.yaml");
  for (const folder of ["log", "state"]) mkdirSync(join(site.dir, folder), { recursive: true, mode: 0o700 });
  for (const name of ["bot", "worker"].filter((key) => !existsSync(join(site.dir, "keys", `${key}.key`))))
    await must([process.execPath, program, "keys", "make", name, "--dir", join(site.dir, "keys")]);
  // JSON is YAML: no template to indent wrongly.
  writeFileSync(config, JSON.stringify(configOf(site, staging), null, 2), { mode: 0o600 });
  return {
    config,
    launch(name, argv, env) {
      const log = openSync(join(site.dir, "log", `${name}.log`), "a");
      return site.launch(argv, { stdio: ["ignore", log, log], env });
    },
    start(what, more = []) {
      const log = openSync(join(site.dir, "log", `${what}.log`), "a");
      const argv = what === "redis" ? redisWords(site.dir) : [process.execPath, program, "--config", config, what, ...more];
      return site.launch(argv, { stdio: ["ignore", log, log] });
    },
    print: (line) => run([process.execPath, program, "--config", config, "run", line], { timeoutMs: 30_000 }),
    line: (words, timeoutMs = 30_000) => run([process.execPath, program, "--config", config, "run", "--json", ...words], { timeoutMs }),
  };
}

/** Waits until something is true, and says what was waited for when it never is. */
export async function until(what: string, look: () => Promise<boolean> | boolean, within = 20_000): Promise<void> {
  const end = Date.now() + within;
  while (!(await look())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${within / 1000} s`);
    await pause(100);
  }
}

const redisWords = (dir: string): string[] => [
  "redis-server",
  ...["--port", "0", "--unixsocket", join(dir, "redis.sock"), "--dir", dir],
  ...["--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction"],
];

function configOf(site: Site, staging: Staging): object {
  const hosts = site.hosts.map(({ name, address, role, peers }) => ({ name, address, role, peers }));
  const worker = {
    id: "lab-a",
    signingKey: "file:keys/worker.key",
    ssh: { user: "root", privateKey: "file:id", knownHosts: "file:known_hosts" },
    etcd: { endpoints: [etcdEndpoint] },
    ...staging.worker,
  };
  // Changes are made by calicoctl only.
  const changing = staging.worker?.["calicoctl"] !== undefined;
  return {
    ...(changing ? { state: join(site.dir, "state") } : {}),
    redis: { url: `unix:${join(site.dir, "redis.sock")}` },
    bot: { signingKey: "file:keys/bot.key", ...(staging.slack ? { slack: staging.slack } : {}) },
    clusters: [
      {
        name: "lab",
        hosts,
        // The lab's felix reports every 3 s and its key lives 9 s.
        thresholds: { felixKeyLate: "8s", agentLate: "8s", ...staging.thresholds },
        workerKeys: ["file:keys/worker.pub"],
        botKeys: ["file:keys/bot.pub"],
        ...(changing ? { changes: staging.changes ?? {} } : {}),
        worker: changing ? { changes: {}, ...worker } : worker,
      },
    ],
    access: { roles: { operator: ["local:root"] }, ...staging.access },
  };
}
