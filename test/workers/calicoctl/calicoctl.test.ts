import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Ask } from "../../../src/cluster/ask.js";
import type { EtcdConfig } from "../../../src/config/valid.js";
import type { Evidence } from "../../../src/contract/outcome.js";
import { secret } from "../../../src/log/redact.js";
import { type CalicoctlRunner, createCalicoctl } from "../../../workers/calicoctl/calicoctl.js";
import type { SshPool } from "../../../workers/ssh/pool.js";
import { golden } from "../../support/golden.js";
import { gone, type Programs, programs } from "../../support/program.js";

let made: Programs;
let notes: Evidence[] = [];
const open: CalicoctlRunner[] = [];
beforeEach(() => {
  made = programs();
  notes = [];
});
afterEach(() => {
  for (const calicoctl of open.splice(0)) calicoctl.close();
  made.remove();
});

const hidden = (text: string) => ({ reveal: () => text });
const etcd: EtcdConfig = {
  endpoints: ["https://10.0.0.10:2379", "https://10.0.0.11:2379"],
  ca: "the ca\n",
  cert: "the certificate\n",
  key: hidden("the private key of etcd\n"),
  username: "calico",
  password: hidden('hush-"hush": 1'),
  timeout: 1000,
};
const noHosts: SshPool = { prefix: [], exec: () => Promise.reject(new Error("no host")), warm: async () => {}, close: () => {} };

function calicoctlAt(path: string, change: { timeout?: number; etcd?: Partial<EtcdConfig> } = {}): CalicoctlRunner {
  const config = { path, hostPath: "calicoctl", timeout: change.timeout ?? 5000 };
  const calicoctl = createCalicoctl({ config, etcd: { ...etcd, ...change.etcd }, hosts: noHosts });
  open.push(calicoctl);
  return calicoctl;
}

const asking = (signal: AbortSignal = new AbortController().signal): Ask => ({ signal, request: "r1", note: (found) => notes.push(found) });
const recorded = (file: string, name: string) => {
  const found = golden(file).find((record) => record.name === name);
  if (!found) throw new Error(`${file} has nothing recorded as ${name}`);
  return found;
};
const nothing = { stdout: "", stderr: "", exitCode: 0 };

describe("version", () => {
  test.each([
    ["OpenStack: ClusterInformation without calicoVersion", { client: "v3.32.1", cluster: null, clusterType: "openstack" }],
    ["mismatched versions: version itself does not check", { client: "v3.32.1", cluster: "v3.31.7", clusterType: "openstack,bgp" }],
    ["no ClusterInformation", { client: "v3.32.1", cluster: null, clusterType: null }],
  ])("%s", async (name, value) => {
    const calicoctl = calicoctlAt(made.replay("calicoctl", recorded("calicoctl/version.json", name)));

    expect(await calicoctl.version(asking())).toEqual({ ok: true, value });
  });

  test.each([
    ["no datastore configured", "tool_failed", "Unable to detect installed Calico version"],
    ["config file missing", "tool_failed", "Error reading config file: nosuch.cfg"],
    ["bad poll", "tool_failed", "invalid poll duration specified"],
  ])("%s is no answer, whatever the exit code", async (name, code, message) => {
    const calicoctl = calicoctlAt(made.replay("calicoctl", recorded("calicoctl/version.json", name)));

    expect(await calicoctl.version(asking())).toMatchObject({ ok: false, failure: { code, message: expect.stringContaining(message) } });
  });

  test("of a calicoctl that waits for etcd for ever costs its deadline and says what that means", async () => {
    const path = made.replay("calicoctl", recorded("calicoctl/version.json", "nothing listening"));

    expect(await calicoctlAt(path, { timeout: 400 }).version(asking())).toEqual({
      ok: false,
      failure: {
        code: "timeout",
        message: "calicoctl v3.32.1 gave no answer in 0.4 s: it never gives up on an etcd it cannot reach",
        hint: expect.stringContaining("look at etcd in `status`"),
      },
    });
    expect(notes).toEqual([expect.objectContaining({ where: "worker", what: "calicoctl version", exit: null })]);
  });
});

describe("get", () => {
  test("gives the objects, and notes what ran", async () => {
    const list = golden("calicoctl/get-ippool.json").find(({ argv }) => argv.at(-1) === "json");
    const calicoctl = calicoctlAt(made.replay("calicoctl", list ?? nothing));

    const answer = await calicoctl.get("ippool", null, null, asking());

    expect(answer.ok && answer.value.map((object) => object.metadata.name)).toContain("default-pool");
    expect(notes).toEqual([
      {
        where: "worker",
        what: "calicoctl get ippool -o json",
        exit: 0,
        ms: expect.any(Number),
        bytes: list?.stdout.length,
        output: expect.any(String),
      },
    ]);
    expect(notes[0]?.output?.length).toBeLessThanOrEqual(8192);
  });

  test("of a name in all namespaces picks it out of the list", async () => {
    const list = golden("calicoctl/get-networkpolicy.json").find(({ argv, exitCode }) => argv.at(-1) === "json" && exitCode === 0);
    const calicoctl = calicoctlAt(made.replay("calicoctl", list ?? nothing));

    const answer = await calicoctl.get("np", "web-db-policy", "*", asking());

    expect(answer.ok && answer.value.map(({ metadata }) => metadata.namespace)).toEqual(["openstack", "production"]);
    expect(await calicoctl.get("np", "nosuch", "*", asking())).toMatchObject({
      failure: { code: "not_found", message: "there is no np nosuch" },
    });
  });

  test.each([
    ["get-node.json", "not found json", "not_found", "there is no Node nosuch"],
    ["version-mismatch.json", "cluster says v3.31.7", "tool_failed", "version mismatch: calicoctl is v3.32.1, the cluster says 3.31.7"],
    ["connectivity.json", "auth: user without rights", "credentials", "etcd refused calicoctl: permission denied"],
  ])("%s: %s", async (file, name, code, message) => {
    const calicoctl = calicoctlAt(made.replay("calicoctl", recorded(`calicoctl/${file}`, name)));

    expect(await calicoctl.get("node", "nosuch", null, asking())).toMatchObject({
      ok: false,
      failure: { code, message: expect.stringContaining(message) },
    });
  });

  test("that fails with exit code 0 is a failure all the same", async () => {
    const missing = recorded("calicoctl/get-node.json", "not found json");

    const calicoctl = calicoctlAt(made.replay("calicoctl", { ...missing, exitCode: 0 }));

    expect(await calicoctl.get("node", "nosuch", null, asking())).toMatchObject({ failure: { code: "not_found" } });
  });

  test("that is cut off is unreadable, not empty", async () => {
    const calicoctl = calicoctlAt(made.replay("calicoctl", { ...nothing, stdout: '{"kind": "NodeList", "items": [' }));

    expect(await calicoctl.get("node", null, null, asking())).toMatchObject({ failure: { code: "unreadable_output" } });
  });

  test("hands odd words over as they are, and never options", async () => {
    const seen = join(made.folder, "argv");
    const path = made.script("calicoctl", `printf '%s\\n' "$@" > ${seen}`, "echo null");
    const odd = "a b;$(id) `id` 'x\" * ünï";

    await calicoctlAt(path).get("node", odd, "open stack", asking());

    expect((await made.left("argv")).split("\n")).toEqual([
      "get",
      "node",
      odd,
      "-o",
      "json",
      "-n",
      "open stack",
      expect.stringMatching(/^--config=/),
    ]);
    expect(await calicoctlAt(path).get("node", "--log-level=debug", null, asking())).toMatchObject({ failure: { code: "usage" } });
    expect(notes).toHaveLength(1);
  });

  test("of a calicoctl that crashes is said with its version", async () => {
    const panic = golden("calicoctl/get-bgpfilter.json").find(({ exitCode }) => exitCode === 2);
    const crashing = made.replay("crashing", panic ?? nothing);
    const version = made.replay("version", recorded("calicoctl/version.json", "client only"));
    const path = made.script("calicoctl", `[ "$1" = version ] && exec ${version}`, `exec ${crashing}`);

    expect(await calicoctlAt(path).get("bgpfilter", null, null, asking())).toMatchObject({
      ok: false,
      failure: { code: "tool_failed", message: expect.stringMatching(/^calicoctl v3\.32\.1 crashed: panic: template: /) },
    });
    expect(notes.map(({ what, exit }) => [what, exit])).toEqual([
      ["calicoctl get bgpfilter -o json", 2],
      ["calicoctl version --client", 0],
    ]);
  });
});

describe("a program that cannot be started", () => {
  test.each([
    ["is not there", () => join(made.folder, "nosuch"), "is not there"],
    [
      "is no program",
      () => {
        writeFileSync(join(made.folder, "plain"), "x");
        return join(made.folder, "plain");
      },
      "may not be executed",
    ],
    ["names an interpreter that is not there", () => interpreted("#!/no/such/sh"), "what its first line names is not"],
  ])("because it %s is missing", async (_, path, message) => {
    expect(await calicoctlAt(path()).write("create", "{}", asking())).toMatchObject({
      ok: false,
      failure: { code: "tool_missing", hint: expect.stringContaining("calicoctl.path") },
    });
    expect(await calicoctlAt(path()).version(asking())).toMatchObject({
      ok: false,
      failure: { code: "tool_missing", message: expect.stringContaining(message), hint: expect.stringContaining("calicoctl.path") },
    });
  });

  function interpreted(first: string): string {
    const path = made.script("other");
    writeFileSync(path, `${first}\n`);
    return path;
  }
});

describe("nobody is left", () => {
  const forking = (): string =>
    made.script("calicoctl", `sleep 600 & echo $! > ${made.folder}/child`, `echo $$ > ${made.folder}/self`, "sleep 600");
  const pids = async (): Promise<number[]> => [Number(await made.left("self")), Number(await made.left("child"))];

  test("at the deadline: the program and its children are killed", async () => {
    const answer = await calicoctlAt(forking(), { timeout: 500 }).get("node", null, null, asking());

    expect(answer).toMatchObject({ failure: { code: "timeout" } });
    for (const pid of await pids()) expect(await gone(pid)).toBe(true);
  });

  test("when the question is cancelled, which is told as that", async () => {
    const cancel = new AbortController();
    const work = calicoctlAt(forking()).get("node", null, null, asking(cancel.signal));
    const both = await pids();

    cancel.abort();

    await expect(work).rejects.toMatchObject({ failure: { code: "cancelled" } });
    for (const pid of both) expect(await gone(pid)).toBe(true);
    expect(notes).toHaveLength(1);
  });

  test("when the worker stops", async () => {
    const calicoctl = calicoctlAt(forking());
    const work = calicoctl.get("node", null, null, asking());
    const both = await pids();

    calicoctl.close();

    expect(await work).toMatchObject({ failure: { code: "cancelled" } });
    for (const pid of both) expect(await gone(pid)).toBe(true);
    expect(await calicoctl.version(asking())).toMatchObject({ failure: { code: "cancelled", message: "the worker stops" } });
  });

  test("when the worker is killed while it writes: by the time that the change is found out about, at the latest", async () => {
    const path = made.script("calicoctl", `echo $$ > ${made.folder}/self`, "sleep 600");
    const settings = {
      config: { path, hostPath: "calicoctl", timeout: 1000 },
      etcd: { ...etcd, ca: null, cert: null, key: null, username: null, password: null },
    };
    const module = join(process.cwd(), "workers/calicoctl/calicoctl.ts");
    const code = `import(${JSON.stringify(module)}).then(({ createCalicoctl }) => createCalicoctl(${JSON.stringify({ ...settings, hosts: {} })})
      .write("create", "{}", { signal: new AbortController().signal, request: "r", note() {} }))`;
    const worker = spawn(process.execPath, ["--import", "tsx", "-e", code], { stdio: "ignore" });
    const pid = Number(await made.left("self"));
    const died = Date.now();
    worker.kill("SIGKILL");

    while (!(await gone(pid)) && Date.now() - died < 8000);

    expect(await gone(pid)).toBe(true);
    // The changer waits for its deadline and three seconds more.
    expect(Date.now() - died).toBeLessThan(3000 + 1000);
  });

  test("when the program ends and leaves a child behind that holds its output", async () => {
    const path = made.script("calicoctl", `sleep 600 & echo $! > ${made.folder}/child`, "echo null");
    const began = Date.now();

    expect(await calicoctlAt(path).get("node", null, null, asking())).toEqual({ ok: true, value: [] });
    expect(Date.now() - began).toBeLessThan(3000);
    expect(await gone(Number(await made.left("child")))).toBe(true);
  });

  test("when it prints more than anybody can use", async () => {
    const path = made.script("calicoctl", `echo $$ > ${made.folder}/self`, "head -c 20971520 /dev/zero", "sleep 600");

    const answer = await calicoctlAt(path).get("node", null, null, asking());

    expect(answer).toMatchObject({ failure: { code: "too_large", message: "calicoctl printed more than 16 MiB" } });
    expect(await gone(Number(await made.left("self")))).toBe(true);
    expect(notes[0]?.output?.length).toBeLessThanOrEqual(8192);
  });
});

describe("secrets", () => {
  /** Writes down what a run can see and what others can see of it. */
  const looking = (): string =>
    made.script(
      "calicoctl",
      'for last in "$@"; do :; done; config=${last#--config=}',
      `{ env; echo; tr '\\0' ' ' < /proc/$$/cmdline; } > ${made.folder}/public`,
      `cp "$config" ${made.folder}/config`,
      `{ stat -c '%a %n' "$config" "$(dirname "$config")" "$(dirname "$config")"/*; ls -A "$HOME" | wc -l; } > ${made.folder}/modes`,
      `cat "$(dirname "$config")"/key.pem > ${made.folder}/key`,
      "echo null",
    );

  test("are in files that only this account can read, and in nothing else", async () => {
    await calicoctlAt(looking()).get("node", null, null, asking());
    const modes = (await made.left("modes")).split("\n");
    const shown = await made.left("public");

    expect(modes.at(-1)).toBe("0");
    for (const line of modes.slice(0, -1)) expect(line).toMatch(/^(?:600 .*\.(?:cfg|pem)|700 .*)$/);
    expect(modes.filter((line) => line.startsWith("600"))).toHaveLength(5);
    expect(await made.left("key")).toBe("the private key of etcd");
    expect(shown).not.toMatch(/hush|private key|certificate/);
    expect(
      [...shown.matchAll(/^(\w+)=/gm)].map(([, name]) => name).filter((name) => !["PWD", "SHLVL", "_", "OLDPWD"].includes(name ?? "")),
    ).toEqual(expect.arrayContaining(["PATH", "HOME", "DATASTORE_TYPE"]));
    expect(shown).not.toMatch(/^(?!PATH|HOME|DATASTORE_TYPE|PWD|SHLVL|_|OLDPWD)\w+=/m);
  });

  test("reach calicoctl in the form that it reads", async () => {
    const path = made.script(
      "calicoctl",
      `for last in "$@"; do :; done; { cat "\${last#--config=}"; echo; } > ${made.folder}/config`,
      "echo null",
    );

    await calicoctlAt(path).get("node", null, null, asking());

    expect(JSON.parse(await made.left("config"))).toEqual({
      apiVersion: "projectcalico.org/v3",
      kind: "CalicoAPIConfig",
      metadata: {},
      spec: {
        datastoreType: "etcdv3",
        etcdEndpoints: "https://10.0.0.10:2379,https://10.0.0.11:2379",
        etcdCACertFile: expect.stringMatching(/\/ca\.pem$/),
        etcdCertFile: expect.stringMatching(/\/cert\.pem$/),
        etcdKeyFile: expect.stringMatching(/\/key\.pem$/),
        etcdUsername: "calico",
        etcdPassword: 'hush-"hush": 1',
      },
    });
  });

  test("are made anew when a cleaner took them, and gone after close()", async () => {
    const path = made.script(
      "calicoctl",
      `for last in "$@"; do :; done; f="\${last#--config=}"; cat "$f" > /dev/null || exit 1; echo "$f" > ${made.folder}/where`,
      'rm "$f"',
      "echo null",
    );
    const calicoctl = calicoctlAt(path);

    expect(await calicoctl.get("node", null, null, asking())).toMatchObject({ ok: true });
    const first = await made.left("where");
    expect(await calicoctl.get("node", null, null, asking())).toMatchObject({ ok: true });
    const second = await made.left("where");
    expect(second).not.toBe(first);
    expect([existsSync(dirname(first)), existsSync(dirname(second))]).toEqual([false, true]);

    calicoctl.close();

    expect(existsSync(dirname(second))).toBe(false);
    expect(process.listeners("exit").filter((listener) => listener.name === "remove")).toEqual([]);
  });

  test("that calicoctl itself prints come neither into evidence nor into a failure", async () => {
    secret("hush-1234");
    const path = made.script(
      "calicoctl",
      "echo 'Failed to create Calico API client: user calico, hush-1234, etcdPassword: other5' ; exit 1",
    );

    const answer = await calicoctlAt(path, { etcd: { password: hidden("hush-1234") } }).get("node", null, null, asking());

    expect(answer).toMatchObject({ failure: { code: "tool_failed", message: expect.stringContaining("user calico, [secret]") } });
    expect(JSON.stringify([answer, notes])).not.toMatch(/hush|other5/);
  });

  test("without certificates and a user the files of those are left out", async () => {
    const path = made.script(
      "calicoctl",
      `for last in "$@"; do :; done; { cat "\${last#--config=}"; echo; } > ${made.folder}/config`,
      "echo null",
    );
    const plain = { endpoints: ["http://127.0.0.1:2379"], ca: null, cert: null, key: null, username: null, password: null };

    await calicoctlAt(path, { etcd: plain }).get("node", null, null, asking());

    expect(JSON.parse(await made.left("config"))).toMatchObject({
      spec: { datastoreType: "etcdv3", etcdEndpoints: "http://127.0.0.1:2379" },
    });
    expect(await made.left("config")).not.toMatch(/CertFile|KeyFile|Username/);
  });
});
