import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { SshConfig } from "../../../src/config/valid.js";
import { toFailure } from "../../../src/contract/failure.js";
import { createLog } from "../../../src/log/log.js";
import { createSshPool, type SshPool } from "../../../workers/ssh/pool.js";
import { quote } from "../../../workers/ssh/quote.js";
import { type Sshd, startSshd } from "../../support/sshd.js";

let sshd: Sshd;
const pools: SshPool[] = [];
const log = createLog({ level: "error" });
const limits = { timeoutMs: 3000, maxBytes: 100_000 };
const calm = (): AbortSignal => new AbortController().signal;

beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd.stop());
afterEach(() => {
  for (const pool of pools.splice(0)) pool.close();
});

function poolWith(change: Partial<SshConfig> = {}): SshPool {
  const pool = createSshPool({ ...sshd.config, ...change }, log);
  pools.push(pool);
  return pool;
}

async function failureOf(work: Promise<unknown>) {
  return work.then(() => ({ code: "none", message: "it worked" }), toFailure);
}

describe("exec", () => {
  test("brings back output, exit code and stderr", async () => {
    const result = await poolWith().exec(sshd.host, ["sh", "-c", "echo out; echo err >&2; exit 3"], { ...limits, signal: calm() });

    expect(result).toMatchObject({ code: 3, stdout: "out\n", stderr: "err\n" });
  });

  test("runs exactly the words it was given", async () => {
    const argv = ["a b", "$HOME", "`id`", "'q\"", "*", "", "\\", "a\nb", "-n;x", "ünï"];

    const result = await poolWith().exec(sshd.host, ["printf", "%s|", ...argv], { ...limits, signal: calm() });

    expect(result.stdout).toBe(`${argv.join("|")}|`);
  });

  test("uses one connection for many commands, and a new one when it died", async () => {
    const pool = poolWith();
    const ask = () => pool.exec(sshd.host, ["sh", "-c", 'echo "$SSH_CONNECTION"'], { ...limits, signal: calm() });
    const [first, second] = await Promise.all([ask(), ask()]);
    expect(second?.stdout).toBe(first?.stdout);

    await pool
      .exec(sshd.host, ["sh", "-c", 'kill -9 "$(ps -o ppid= -p "$PPID" | tr -d " ")" || true'], { ...limits, signal: calm() })
      .catch(() => {});
    const third = await ask();

    expect(third.stdout).toMatch(/^127\.0\.0\.1 /);
  });

  test("never loses an exit code, however many run at a time", async () => {
    const pool = poolWith();
    const codes = await Promise.all(
      Array.from({ length: 120 }, (_, i) =>
        pool.exec(sshd.host, ["sh", "-c", `exit ${i % 5}`], { ...limits, timeoutMs: 20_000, signal: calm() }),
      ),
    );

    expect(codes.map(({ code }) => code)).toEqual(codes.map((_, i) => i % 5));
  }, 30_000);

  test("feeds standard input", async () => {
    const result = await poolWith().exec(sshd.host, ["cat"], { ...limits, signal: calm(), stdin: "hello" });

    expect(result.stdout).toBe("hello");
  });
});

describe("a command that does not end", () => {
  const marker = (name: string): string => join(sshd.folder, name);
  const sleeper = (name: string): string[] => ["sh", "-c", `echo $$ > ${marker(name)}; sleep 60 & sleep 60`];
  const alive = (name: string): boolean => existsSync(`/proc/${readFileSync(marker(name), "utf8").trim()}`);
  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  /** Processes with this word in their arguments, but for the one that looks. */
  const running = (tag: string): string =>
    execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" })
      .split("\n")
      .filter((line) => line.includes(tag))
      .join("\n");
  const gone = async (name: string): Promise<boolean> => {
    for (let i = 0; i < 60 && alive(name); i++) await new Promise((resolve) => setTimeout(resolve, 50));
    return !alive(name);
  };

  test("costs its deadline, and its remote processes are killed", async () => {
    const failure = await failureOf(poolWith().exec(sshd.host, sleeper("late"), { ...limits, timeoutMs: 500, signal: calm() }));

    expect(failure.code).toBe("timeout");
    expect(await gone("late")).toBe(true);
  });

  test("is killed when it is cancelled", async () => {
    const cancel = new AbortController();
    const work = failureOf(poolWith().exec(sshd.host, sleeper("cancelled"), { ...limits, signal: cancel.signal }));
    while (!existsSync(marker("cancelled"))) await new Promise((resolve) => setTimeout(resolve, 20));

    cancel.abort();

    expect((await work).code).toBe("cancelled");
    expect(await gone("cancelled")).toBe(true);
  });

  test.each([0, 5, 20, 60])("is killed also when it is cancelled %d ms after it was sent, before it has named itself", async (ms) => {
    const pool = poolWith();
    await pool.exec(sshd.host, ["true"], { ...limits, signal: calm() });
    const cancel = new AbortController();
    const tag = `early-${ms}`;
    const work = failureOf(pool.exec(sshd.host, ["sh", "-c", "sleep 61; :", tag], { ...limits, timeoutMs: 60_000, signal: cancel.signal }));
    await pause(ms);

    cancel.abort();

    expect((await work).code).toBe("cancelled");
    await pause(300);
    for (let i = 0; i < 40 && running(tag) !== ""; i++) await pause(50);
    expect(running(tag)).toBe("");
  });

  test("is not waited for when its connection is lost, and not run a second time", async () => {
    const file = marker("once");
    const script = `echo run >> ${file}; kill -9 "$(ps -o ppid= -p "$(ps -o ppid= -p "$PPID" | tr -d " ")" | tr -d " ")"; sleep 5`;
    const pool = poolWith();
    await pool.exec(sshd.host, ["true"], { ...limits, signal: calm() });

    const failure = await failureOf(pool.exec(sshd.host, ["sh", "-c", script], { ...limits, signal: calm() }));

    expect(failure).toMatchObject({ code: "unreachable", message: "h1: the connection was lost while the remote command ran" });
    expect(readFileSync(file, "utf8")).toBe("run\n");
  });

  test("and floods us is stopped at the limit", async () => {
    const failure = await failureOf(poolWith().exec(sshd.host, ["yes"], { ...limits, signal: calm() }));

    expect(failure).toMatchObject({ code: "too_large" });
  });
});

describe("a host that cannot be used says why", () => {
  test("refused", async () => {
    expect(await failureOf(poolWith({ port: 1 }).exec(sshd.host, ["true"], { ...limits, signal: calm() }))).toMatchObject({
      code: "unreachable",
      message: expect.stringContaining("refused the connection"),
    });
  });

  test("another host key", async () => {
    const other = readFileSync(join(sshd.folder, "other.pub"), "utf8");

    expect(
      await failureOf(poolWith({ knownHosts: `127.0.0.1 ${other}` }).exec(sshd.host, ["true"], { ...limits, signal: calm() })),
    ).toMatchObject({
      code: "host_key",
      message: expect.stringMatching(/another host key than the known one: SHA256:/),
    });
    expect(await failureOf(poolWith({ knownHosts: "" }).exec(sshd.host, ["true"], { ...limits, signal: calm() }))).toMatchObject({
      code: "host_key",
      message: expect.stringContaining("has no key in known_hosts"),
    });
  });

  test("another user key", async () => {
    const privateKey = { reveal: () => readFileSync(join(sshd.folder, "other"), "utf8") };

    expect(await failureOf(poolWith({ privateKey }).exec(sshd.host, ["true"], { ...limits, signal: calm() }))).toMatchObject({
      code: "credentials",
      message: expect.stringContaining("refused the key of user"),
    });
  });

  test("a hung sshd is told from a host that is gone", async () => {
    sshd.process.kill("SIGSTOP");
    try {
      expect(await failureOf(poolWith({ connectTimeout: 400 }).exec(sshd.host, ["true"], { ...limits, signal: calm() }))).toMatchObject({
        code: "unreachable",
        message: expect.stringContaining("it hangs"),
      });
    } finally {
      sshd.process.kill("SIGCONT");
    }
  });
});

test("a peer that falls silent on an open connection costs little, and is told from one that is gone", async () => {
  const pool = poolWith();
  await pool.exec(sshd.host, ["true"], { ...limits, signal: calm() });
  const children = execFileSync("ps", ["-o", "pid=", "--ppid", String(sshd.process.pid)], { encoding: "utf8" })
    .split("\n")
    .filter((pid) => pid.trim() !== "");
  for (const pid of children) process.kill(Number(pid), "SIGSTOP");
  const began = Date.now();
  try {
    const failure = await failureOf(pool.exec(sshd.host, ["true"], { ...limits, signal: calm() }));

    expect(failure).toMatchObject({ code: "unreachable", message: expect.stringContaining("it hangs") });
    expect(Date.now() - began).toBeLessThan(2500);
  } finally {
    for (const pid of children) process.kill(Number(pid), "SIGCONT");
  }
});

test("what quote() makes, a real shell takes apart into the same words", () => {
  const word = fc.string({ unit: "grapheme", maxLength: 40 }).filter((text) => !text.includes("\0"));
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (argv) => {
      const out = execFileSync("sh", ["-c", `printf '%s\\0' ${quote(argv)}`], { encoding: "utf8" });
      expect(out.split("\0").slice(0, -1)).toEqual(argv);
    }),
    { numRuns: 60 },
  );
});
