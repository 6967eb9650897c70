import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { z } from "zod";
import { type ConfigFolder, configFolder } from "./config/folder.js";

const root = resolve(import.meta.dirname, "..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");
/** One instruction a line: comments dropped, continued lines joined. */
const dockerfile = read("Dockerfile")
  .replace(/^#.*\n/gm, "")
  .replace(/\\\n\s*/g, "")
  .split("\n")
  .filter((line) => line !== "");

/** What the file uses of the Compose specification; any other key is a mistake. */
const Service = z.strictObject({
  image: z
    .string()
    .regex(/:\d[\w.-]*$/)
    .optional(),
  build: z
    .strictObject({
      context: z.literal("."),
      target: z.string(),
      args: z.record(z.string(), z.string().regex(/^\$\{[A-Z0-9_]+:-\}$/)).optional(),
    })
    .optional(),
  command: z.array(z.string()).optional(),
  profiles: z.array(z.string()).optional(),
  volumes: z.array(z.string().regex(/^[\w./-]+:\/[\w./-]+(:ro)?$/)).default([]),
  ports: z.array(z.string().regex(/^127\.0\.0\.1:/, "a port of the host is open on loopback only")).optional(),
  networks: z.array(z.string()).default([]),
  network_mode: z.literal("host").optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.literal("service_healthy") })).default({}),
  healthcheck: z.strictObject({ test: z.array(z.string()), interval: z.string(), timeout: z.string(), retries: z.number() }).optional(),
  read_only: z.boolean().optional(),
  tmpfs: z.array(z.string()).optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  privileged: z.boolean().optional(),
  init: z.boolean().optional(),
  restart: z.literal("unless-stopped").optional(),
  stop_grace_period: z.string().optional(),
});
const Compose = z.strictObject({
  name: z.string(),
  services: z.strictObject({ redis: Service, bot: Service, worker: Service, demo: Service }),
  volumes: z.record(z.string(), z.null()),
  networks: z.record(z.string(), z.strictObject({ internal: z.boolean() }).nullable()),
});
const compose = Compose.parse(parse(read("docker-compose.yml")));
const services = Object.entries(compose.services);

describe("docker-compose.yml", () => {
  test("keeps the queue: append-only file, nothing evicted, on a volume of its own", () => {
    const { command, volumes } = compose.services.redis;

    expect(command?.join(" ")).toMatch(/--appendonly yes.*--maxmemory-policy noeviction/);
    expect(volumes).toEqual(["redis:/data"]);
    expect(compose.networks["queue"]).toEqual({ internal: true });
    expect(compose.services.redis.networks).toEqual(["queue"]);
  });

  test("names only targets, volumes, networks and services that exist", () => {
    const targets = dockerfile.flatMap((line) => /^FROM \S+ AS (\S+)$/.exec(line)?.[1] ?? []);
    for (const [, service] of services) {
      if (service.build) expect(targets).toContain(service.build.target.replace(/^\$\{WORKER_TARGET:-(.*)\}$/, "$1"));
      for (const name of service.networks) expect(Object.keys(compose.networks)).toContain(name);
      for (const other of Object.keys(service.depends_on)) expect(Object.keys(compose.services)).toContain(other);
      for (const name of service.volumes.map((one) => one.split(":")[0] ?? "").filter((one) => !one.startsWith("./")))
        expect(Object.keys(compose.volumes)).toContain(name);
    }
  });

  test("gives privileges to the demo alone, which starts only when asked for", () => {
    expect(services.filter(([, { privileged }]) => privileged === true).map(([name]) => name)).toEqual(["demo"]);
    expect(services.filter(([, { network_mode: mode }]) => mode !== undefined).map(([name]) => name)).toEqual(["demo"]);
    expect(services.filter(([, { profiles }]) => profiles !== undefined).map(([name]) => name)).toEqual(["demo"]);
    for (const { read_only: fixed, cap_drop: dropped, volumes } of [compose.services.bot, compose.services.worker]) {
      expect([fixed, dropped]).toEqual([true, ["ALL"]]);
      expect(volumes.every((volume) => volume.endsWith(":ro"))).toBe(true);
    }
  });

  test("holds no secret", () => {
    expect(read("docker-compose.yml")).not.toMatch(/xox|xapp-|password|token|secret|PRIVATE|environment:/i);
  });
});

describe("Dockerfile", () => {
  /** The instructions of a target, those of the targets that it stands on first. */
  function stage(name: string): string[] {
    const start = dockerfile.findIndex((line) => line.startsWith("FROM ") && line.endsWith(` AS ${name}`));
    if (start < 0) return [];
    const rest = dockerfile.slice(start + 1);
    const end = rest.findIndex((line) => line.startsWith("FROM "));
    const from = dockerfile[start]?.split(" ")[1] ?? "";
    return [...stage(from), ...(end < 0 ? rest : rest.slice(0, end))];
  }

  test.each(["bot", "worker", "worker-openstack"])("the target %s runs as nobody's root, without what only development needs", (target) => {
    const lines = stage(target);

    expect(lines.findLast((line) => line.startsWith("USER "))).toBe("USER node");
    expect(lines.filter((line) => line.includes("npm ci"))).toEqual([expect.stringContaining("--omit=dev")]);
    expect(lines.at(-1)).toMatch(/^(CMD|USER node)/);
  });

  test("copies only what exists, and downloads only what a checksum proves", () => {
    expect(dockerfile.filter((line) => line.startsWith("ADD "))).toEqual([]);
    for (const line of dockerfile.filter((one) => one.startsWith("COPY ") && !one.includes("--from=")))
      for (const source of line.split(" ").slice(1, -1)) expect([source, existsSync(join(root, source))]).toEqual([source, true]);
    for (const line of dockerfile.filter((one) => /\bcurl\b|\bwget\b/.test(one))) expect(line).toContain("sha256sum -c");
  });

  test("calicoctl comes by arguments without defaults, and the build says so when they are missing", () => {
    const lines = stage("calicoctl");

    expect(lines.slice(0, 2)).toEqual(["ARG CALICOCTL_URL", "ARG CALICOCTL_SHA256"]);
    expect(lines[2]).toMatch(/^RUN if \[ -z "\$CALICOCTL_URL" \] \|\| \[ -z "\$CALICOCTL_SHA256" \]; then .*CALICOCTL_URL=.* exit 1; fi$/);
  });
});

describe("examples/compose", () => {
  let folder: ConfigFolder;
  beforeAll(() => {
    folder = configFolder();
    for (const name of ["slack-app.token", "slack-bot.token", "openstack.password"])
      writeFileSync(join(folder.path, "keys", name), "a secret\n", { mode: 0o600 });
  });
  afterAll(() => folder.remove());

  test.each(["bot", "worker"] as const)("%s.yaml loads for it and for check-config, and needs nothing of the environment", async (role) => {
    const text = read(`examples/compose/${role}.yaml`);

    for (const asked of [role, "check"] as const) {
      const config = await folder.load(text, { role: asked, env: {} });
      expect(config.clusters.map(({ name }) => name)).toEqual(["eu1"]);
    }
  });
});
