import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Ask } from "../../../src/cluster/ask.js";
import type { EtcdConfig, SshConfig } from "../../../src/config/valid.js";
import type { Evidence } from "../../../src/contract/outcome.js";
import { createLog } from "../../../src/log/log.js";
import { createCalicoctl } from "../../../workers/calicoctl/calicoctl.js";
import { createSshPool, type SshPool } from "../../../workers/ssh/pool.js";
import { golden } from "../../support/golden.js";
import { gone, type Programs, programs } from "../../support/program.js";
import { type Sshd, startSshd } from "../../support/sshd.js";

let sshd: Sshd;
let made: Programs;
let notes: Evidence[] = [];
const pools: SshPool[] = [];
beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd.stop());
beforeEach(() => {
  made = programs();
  notes = [];
});
afterEach(() => {
  for (const pool of pools.splice(0)) pool.close();
  made.remove();
});

const etcd: EtcdConfig = { endpoints: [], ca: null, cert: null, key: null, username: null, password: null, timeout: 1000 };

async function askFor(hostPath: string, change: { ssh?: Partial<SshConfig>; timeout?: number; signal?: AbortSignal } = {}) {
  const pool = createSshPool({ ...sshd.config, ...change.ssh }, createLog({ level: "error" }));
  pools.push(pool);
  const config = { path: "/no/such/calicoctl", hostPath, timeout: change.timeout ?? 5000 };
  const calicoctl = createCalicoctl({ config, etcd, hosts: pool });
  const ask: Ask = { signal: change.signal ?? new AbortController().signal, request: "r1", note: (found) => notes.push(found) };
  return calicoctl.nodeStatus(sshd.host, ask).finally(() => calicoctl.close());
}

const status = (name: string) => {
  const found = golden("calicoctl/node-status.json").find((record) => record.name === name);
  if (!found) throw new Error(`nothing recorded as ${name}`);
  return found;
};

describe("node status on a host", () => {
  test("is read over SSH and noted", async () => {
    const path = made.replay("my calicoctl", status("one Established, others down or passive"));

    const answer = await askFor(path);

    expect(answer.ok && answer.value.peers.map(({ info }) => info)).toContain("OpenSent Socket: Connection reset by peer");
    expect(notes).toEqual([
      {
        where: "h1",
        what: `'${path}' node status`,
        exit: 0,
        ms: expect.any(Number),
        bytes: expect.any(Number),
        output: expect.stringContaining("| 192.168.10.12  | node-to-node mesh |"),
      },
    ]);
  });

  test("asks with the prefix, under a deadline, for `node status` and nothing else", async () => {
    const calicoctl = made.script("calicoctl", `echo "$*" > ${made.folder}/argv`, "echo 'Calico process is running.'");
    const prefix = made.script("sudo", `echo "$*" > ${made.folder}/prefix`, '[ "$1" = -n ] && shift', 'exec "$@"');

    expect(await askFor(calicoctl, { ssh: { prefix: [prefix, "-n"] } })).toEqual({
      ok: true,
      value: { running: true, peers: [], remark: null },
    });
    expect(await made.left("argv")).toBe("node status");
    expect(await made.left("prefix")).toBe(`-n timeout --foreground -k 1 4 ${calicoctl} node status`);
  });

  test("that failed with exit code 1 is read all the same", async () => {
    const answer = await askFor(made.replay("calicoctl", status("socket accepts but never answers")));

    expect(answer).toMatchObject({ ok: true, value: { running: true, remark: expect.stringContaining("i/o timeout") } });
  });

  test("a path with every odd character is one word", async () => {
    const path = made.script("cal 'i' $(touch x);\"co\"", "echo 'Calico process is not running.' >&2; exit 1");

    expect(await askFor(path)).toEqual({ ok: true, value: { running: false, peers: [], remark: "Calico process is not running." } });
  });
});

describe("a host that gives no node status says why", () => {
  test.each([
    ["without root", () => made.replay("calicoctl", status("not root")), "credentials", "needs root on the host"],
    ["without calicoctl", () => `${made.folder}/nosuch`, "tool_missing", "/nosuch cannot be run on h1"],
    [
      "with something else",
      () => made.script("calicoctl", "echo hello"),
      "unreadable_output",
      "h1 answered nothing that can be read as node status: hello",
    ],
    ["without a sudo rule", () => made.script("calicoctl", "echo 'sudo: a password is required' >&2; exit 1"), "credentials", "sudo on h1"],
    [
      "with a crash",
      () => made.replay("calicoctl", golden("calicoctl/get-bgpfilter.json").find(({ exitCode }) => exitCode === 2) ?? status("not root")),
      "tool_failed",
      "calicoctl on h1 crashed: panic: template",
    ],
  ])("%s", async (_, path, code, message) => {
    expect(await askFor(path())).toMatchObject({
      ok: false,
      failure: { code, message: expect.stringContaining(message) },
    });
    expect(notes).toHaveLength(1);
  });

  test("hung: at its deadline, with nobody left", async () => {
    const path = made.script("calicoctl", `echo $$ > ${made.folder}/self`, "echo 'Calico process is running.'", "exec sleep 600");

    const answer = await askFor(path, { timeout: 2000 });

    expect(answer).toMatchObject({ failure: { code: "timeout", message: "calicoctl node status on h1 came to no end in 1 s" } });
    expect(await gone(Number(await made.left("self")))).toBe(true);
  });

  test("cancelled: it ends at once, not at its deadline", async () => {
    const cancel = new AbortController();
    const path = made.script("calicoctl", `echo $$ > ${made.folder}/self`, "exec sleep 600");
    const asked = askFor(path, { timeout: 10_000, signal: cancel.signal }).catch((error: unknown) => error);
    const pid = Number(await made.left("self"));
    cancel.abort();

    expect(await asked).toMatchObject({ failure: { code: "cancelled" } });
    expect(await gone(pid)).toBe(true);
  });

  test("not reachable: with a note of the attempt", async () => {
    expect(await askFor("calicoctl", { ssh: { port: 1 } })).toMatchObject({ failure: { code: "unreachable" } });
    expect(notes).toEqual([
      expect.objectContaining({ where: "h1", exit: null, output: expect.stringContaining("refused the connection") }),
    ]);
  });
});
