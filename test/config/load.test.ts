import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { loadConfig } from "../../src/config/load.js";
import { ConfigError } from "../../src/config/problem.js";
import { type ConfigFolder, changed, configFolder, env, example } from "./folder.js";

let folder: ConfigFolder;
beforeAll(() => {
  folder = configFolder();
});
afterAll(() => folder.remove());

describe("examples/config.yaml", () => {
  test.each(["bot", "worker", "terminal", "check"] as const)("loads for %s", async (role) => {
    const config = await folder.load(example, { role });

    expect(config.clusters.map(({ name }) => name)).toEqual(["eu1", "us1"]);
    expect(config.access.clusters).toEqual(["eu1", "us1"]);
    expect(config.clusters[0]?.thresholds).toMatchObject({ felixKeyLate: 60_000, clockSkew: 5000, etcdQuota: 8 * 1024 ** 3 });
    expect(config.clusters[1]?.thresholds).toEqual({
      felixKeyLate: 60_000,
      agentLate: 60_000,
      clockSkew: 5000,
      etcdQuotaWarn: 0.8,
      etcdQuota: 2 * 1024 ** 3,
    });
  });

  test("gives each role its own secrets only", async () => {
    const bot = await folder.load(example, { role: "bot" });
    const worker = await folder.load(example, { role: "worker" });
    const terminal = await folder.load(example, { role: "terminal" });

    expect(bot.bot?.slack?.botToken.reveal()).toBe(env.SLACK_BOT_TOKEN);
    expect(bot.clusters[0]?.worker).toBeNull();
    expect(worker.bot).toBeNull();
    expect(worker.clusters[0]?.worker?.openstack?.password.reveal()).toBe(env.OS_PASSWORD_EU1);
    expect(terminal.bot?.signingKey.reveal()).toContain("PRIVATE KEY");
    expect(terminal.bot?.slack).toBeNull();
    expect(terminal.clusters[0]?.worker).toBeNull();
  });

  test("needs of the environment only what the role uses", async () => {
    const { REDIS_PASSWORD } = env;

    await expect(folder.load(example, { role: "worker", env: { REDIS_PASSWORD, OS_PASSWORD_EU1: "y" } })).resolves.toBeDefined();
    await expect(folder.load(example, { role: "terminal", env: { REDIS_PASSWORD } })).resolves.toBeDefined();
    await expect(folder.load(example, { role: "bot", env: { REDIS_PASSWORD } })).rejects.toThrow("has no SLACK_APP_TOKEN");
  });

  test("a bot's file may lack the workers, a worker's file the bot", async () => {
    const botFile = changed(/ {4}worker:\n[\s\S]*?\n\n/, "\n");
    const workerFile = changed(/bot:\n[\s\S]*?\n\n/, "");

    await expect(folder.load(botFile, { role: "bot" })).resolves.toBeDefined();
    await expect(folder.load(workerFile, { role: "worker" })).resolves.toBeDefined();
    await expect(folder.load(workerFile, { role: "check" })).resolves.toMatchObject({ bot: null });
    await expect(folder.load(botFile, { role: "worker" })).rejects.toThrow("no cluster has a `worker:` section");
    await expect(folder.load(workerFile, { role: "bot" })).rejects.toThrow("there is no `bot:` section");
  });

  test("loads for who needs names only, before there is any secret", async () => {
    const bare = example.replaceAll("file:keys", "file:none");

    const config = await folder.load(bare, { role: "names", env: {} });

    expect(config.clusters.map(({ name }) => name)).toEqual(["eu1", "us1"]);
    expect(config.bot?.signingKey.reveal()).toBe("");
  });

  test("fills in what a short file leaves out", async () => {
    const short = changed(/ {6}calicoctl:\n[\s\S]*?\n\n/, "\n").replace(/ {8}(connectTimeout|hostTimeout|prefix).*\n/g, "");

    const worker = (await folder.load(short)).clusters[0]?.worker;

    expect(worker).toMatchObject({
      calicoctl: null,
      openstack: null,
      ssh: { port: 22, prefix: [], connectTimeout: 2000, hostTimeout: 3000 },
    });
    expect(worker?.birdc).toEqual({
      path: "/usr/sbin/birdc",
      path6: "/usr/sbin/birdc6",
      sockets: ["/run/calico/bird.ctl", "/run/bird/bird.ctl"],
      sockets6: ["/run/calico/bird6.ctl", "/run/bird/bird6.ctl"],
    });
  });
});

describe("a worker with a cluster of its own", () => {
  /** The second cluster has a worker as well, whose secrets are not on this machine. */
  const two = changed(
    "    workerKeys: [file:keys/worker-us1.pub]\n",
    `    workerKeys: [file:keys/none.pub]
    worker:
      id: us1-a
      signingKey: file:keys/none.key
      ssh: { user: ops, privateKey: file:keys/none, knownHosts: file:keys/none }
      etcd: { endpoints: ["http://10.8.0.10:2379"] }
`,
  );

  test("gets no secret of another cluster, and misses none", async () => {
    const config = await folder.load(two, { role: "worker", cluster: "eu1" });

    expect(config.clusters.map(({ worker }) => worker?.id ?? null)).toEqual(["eu1-a", null]);
    expect((await folder.problems(two, { role: "worker" })).map(({ path }) => path)).toContain("clusters[1].worker.signingKey");
  });

  test("is told when that cluster is not there or has no worker", async () => {
    expect(await folder.problems(example, { role: "worker", cluster: "eu2" })).toMatchObject([
      { message: "there is no cluster `eu2`", hint: "did you mean `eu1`?" },
    ]);
    expect(await folder.problems(example, { role: "worker", cluster: "us1" })).toMatchObject([{ message: "cluster us1 has no worker" }]);
  });
});

describe("secrets", () => {
  test("never show, however they are printed", async () => {
    const config = await folder.load(example);

    const printed = [JSON.stringify(config), inspect(config, { depth: 9 }), "".concat(config.redis.password as unknown as string)];

    expect(printed[2]).toBe("[secret]");
    for (const text of printed) {
      for (const value of Object.values(env)) expect(text).not.toContain(value);
      expect(text).not.toContain("PRIVATE KEY");
    }
  });

  test("in a file that everybody can read are refused", async () => {
    const key = join(folder.path, "keys/bot.key");
    chmodSync(key, 0o644);
    try {
      await expect(folder.load(example)).rejects.toThrow(/bot\.key can be read by everybody - chmod o=/);
    } finally {
      chmodSync(key, 0o600);
    }
  });

  test("in a file lose the end of the line and nothing else", async () => {
    writeFileSync(join(folder.path, "keys/pw"), " two words \r\n", { mode: 0o600 });

    const config = await folder.load(changed("env:REDIS_PASSWORD", "file:keys/pw"));

    expect(config.redis.password?.reveal()).toBe(" two words ");
  });

  test("written into the file are not repeated by the error", async () => {
    for (const inline of ["hunter2hunter2", "[hunter2hunter2]", "{ a: hunter2hunter2 }"]) {
      const [problem, ...more] = await folder.problems(changed("env:REDIS_PASSWORD", inline));

      expect(problem).toMatchObject({
        path: "redis.password",
        message: "a secret is named, never written here",
        hint: "env:NAME or file:/path",
      });
      expect(JSON.stringify([problem, more])).not.toContain("hunter2");
    }
  });
});

describe("a mistake is told with its place and the next step", () => {
  test("in a form that editors jump to", async () => {
    const error: unknown = await folder.load(changed("address: 10.0.0.10,", "address: 10.0.0.999,")).catch((thrown: unknown) => thrown);

    const line = example.split("\n").findIndex((text) => text.includes("10.0.0.10,")) + 1;
    const column = (example.split("\n")[line - 1] ?? "").indexOf("address") + 1;
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toContain(`config.yaml:${line}:${column} clusters[0].hosts[0].address: not an IP address - 10.0.0.1,`);
  });

  test.each([
    [
      "a key nobody knows",
      "signingKey: file:keys/bot.key",
      "signingkey: file:keys/bot.key",
      /bot\.signingkey: `signingkey` is not known here - did you mean `signingKey`\?/,
    ],
    ["a key nobody can guess", "log:\n", "log:\n  zzzzzzzzzz: 1\n", /log\.zzzzzzzzzz: `zzzzzzzzzz` is not known here - known here: level/],
    [
      "a missing key",
      "  signingKey: file:keys/bot.key # made by `calico-chatops keys make bot`\n",
      "",
      /bot\.signingKey: is missing - add it/,
    ],
    ["an empty section", "log:\n  level: info # debug, info, warn, error", "log:", /log: is empty - fill it in/],
    [
      "a word instead of a number",
      "concurrency: 4",
      "concurrency: four",
      /concurrency: a string does not fit here - wanted: a number without quotes/,
    ],
    [
      "a number instead of a word",
      "project: admin",
      "project: 17",
      /project: a number does not fit here - wanted: a text; put it in quotes/,
    ],
    ["a word that is mistyped", "level: info", "level: inof", /log\.level: .* did you mean `info`\? one of debug, info, warn, error/],
    [
      "a secret that is not in the environment",
      "env:REDIS_PASSWORD",
      "env:NO_SUCH",
      /redis\.password: the environment has no NO_SUCH - set it/,
    ],
    [
      "a file that is not there",
      "file:keys/ssh-eu1",
      "file:keys/none",
      /privateKey: reading .*\/keys\/none: there is no such file - check the path/,
    ],
    ["a folder instead of a file", "file:keys/ssh-eu1", "file:keys", /privateKey: reading .*\/keys: it is a folder/],
    ["two clusters of one name", "name: us1", "name: eu1", /clusters\[1\]\.name: there are two clusters `eu1`/],
    ["a cluster called all", "name: us1", "name: all", /clusters\[1\]\.name: `all` means every cluster and cannot/],
    ["a cluster that would share the bots' keys in Redis", "name: us1", "name: bot", /clusters\[1\]\.name: `bot` is where the bots keep/],
    [
      "a cluster's name that cannot be part of a key",
      "name: us1",
      "name: US_1",
      /clusters\[1\]\.name: not a name that can be part of a key/,
    ],
    [
      "a channel of an unknown cluster",
      "clusters: [eu1], detail",
      "clusters: [eu9], detail",
      /channels\[1\]\.clusters\[0\]: there is no cluster `eu9` - did you mean `eu1`\?/,
    ],
    ["a channel by its name", "id: C0NETOPS1", 'id: "#net-ops"', /channels\[0\]\.id: not the id of a channel - C0ABC/],
    ["a channel twice", "id: C0STATUS1", "id: C0NETOPS1", /channels\[1\]\.id: channel C0NETOPS1 is there twice/],
    ["somebody by name", "U0VIEWER1", "carol", /roles\.viewer\[0\]: not the id of a person or a user group - U0ABC/],
    ["a time without a unit", "felixKeyLate: 60s", "felixKeyLate: 60", /felixKeyLate: `60` is not a time - 500ms, 8s or 2m/],
    ["a time of nothing", "hostTimeout: 3s", "hostTimeout: 0s", /hostTimeout: `0s` is not a time/],
    ["a time that no timer can keep", "hostTimeout: 3s", "hostTimeout: 999h", /hostTimeout: `999h` is not a time .* up to 24h/],
    ["a size without a unit", "etcdQuota: 8GiB", "etcdQuota: 8GB", /etcdQuota: `8GB` is not a size - 512MiB or 8GiB/],
    [
      "credentials in the address",
      "rediss://redis",
      "rediss://u:p@redis",
      /redis\.url: credentials and options do not belong in the address/,
    ],
    [
      "a password behind the address",
      "net:6380",
      "net:6380/0?password=x",
      /redis\.url: credentials and options do not belong in the address/,
    ],
    ["an address of something else", "rediss://redis", "http://redis", /redis\.url: not the address of a Redis/],
    [
      "a key that is none",
      "workerKeys: [file:keys/worker-us1.pub]",
      "workerKeys: [nonsense]",
      /workerKeys\[0\]: this is not an Ed25519 public key/,
    ],
    [
      "a private key where a public one belongs",
      "[file:keys/worker-us1.pub]",
      "[file:keys/bot.key]",
      /workerKeys\[0\]: this is a private key/,
    ],
    [
      "a public key where a private one belongs",
      "file:keys/worker-eu1.key",
      "file:keys/bot.pub",
      /signingKey: this is not an Ed25519 private key/,
    ],
    ["half of a certificate", "        cert: file:keys/etcd-client.pem\n", "", /worker\.etcd: `cert` and `key` go together/],
    ["no YAML at all", "bot:\n", "bot: {\n", /config\.yaml:\d+:\d+: this is not YAML/],
    ["a key twice", "  level: info", "  level: info\n  level: warn", /config\.yaml:14:3: this key is there twice/],
    ["a second document", "\nlog:", "\n---\nlog:", /config\.yaml:\d+:1: a second document begins here/],
    ["an alias without an anchor", "level: info", "level: *nope", /config\.yaml:13:10: this is not YAML: unresolved alias/i],
    [
      "an anchor that contains itself",
      "prefix: [sudo, -n]",
      "prefix: &a [sudo, *a]",
      /config\.yaml:1:1: this is not YAML: something in it contains itself/,
    ],
  ])("%s", async (_, from, to, expected) => {
    const text = changed(from, to);

    const found = await folder.problems(text);

    await expect(folder.load(text)).rejects.toThrow(expected);
    for (const { line, column, hint } of found) {
      expect(hint).toBeTruthy();
      expect(Math.min(line, column)).toBeGreaterThan(0);
    }
  });

  test("a file that is not there or empty", async () => {
    await expect(loadConfig({ file: "/nonexistent/c.yaml", role: "bot", env })).rejects.toThrow(
      "/nonexistent/c.yaml: reading the configuration: there is no such file - name yours with --config FILE; examples/config.yaml is one to begin with",
    );
    await expect(folder.load("# nothing\n")).rejects.toThrow("the file is empty - begin with a copy of examples/config.yaml");
  });
});

test("a public key may stand in the file itself", async () => {
  const config = await folder.load(changed("[file:keys/worker-us1.pub]", `[${JSON.stringify(folder.publicPem)}]`));

  expect(config.clusters[1]?.workerKeys).toEqual([readFileSync(join(folder.path, "keys/worker-us1.pub"), "utf8")]);
});
