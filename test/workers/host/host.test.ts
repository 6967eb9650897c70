import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Evidence } from "../../../src/contract/outcome.js";
import { createLog } from "../../../src/log/log.js";
import { createHostReader } from "../../../workers/host/host.js";
import { createSshPool, type SshPool } from "../../../workers/ssh/pool.js";
import { freePort, type Sshd, startSshd } from "../../support/sshd.js";

let sshd: Sshd;
let pool: SshPool;
const noted: Evidence[] = [];
const ask = { signal: AbortSignal.timeout(20_000), request: "r1", note: (evidence: Evidence) => void noted.push(evidence) };
const reader = () => createHostReader(pool, { hostTimeout: 3000, units: ["ssh", "no-such-unit"] });

beforeAll(async () => {
  sshd = await startSshd();
  pool = createSshPool(sshd.config, createLog({ level: "error" }));
});
afterAll(() => {
  pool.close();
  sshd.stop();
});

describe("a real machine over a real sshd", () => {
  test("is read in one exec, which is noted", async () => {
    const read = await reader().read(sshd.host, ask);

    expect(read).toMatchObject({ ok: true, value: { kernel: expect.stringMatching(/^\d+\./), uplink: { device: "lo" } } });
    expect(read.ok && Math.abs((read.value.now ?? 0) - Date.now())).toBeLessThan(5000);
    expect(read.ok && read.value.bootedAt).toBeLessThan(Date.now());
    expect(noted.map(({ where, what }) => [where, what])).toEqual([["h1", "systemctl show, ip addr, /proc, packages"]]);
  });

  test("tells what its kernel does with an address", async () => {
    const found = await reader().route(sshd.host, { family: 4, address: "127.0.0.1", length: 32 }, ask);

    expect(found).toMatchObject({ ok: true, value: { used: { device: "lo", kind: "local" }, refusal: null } });
  });

  test("is never given what is no address", async () => {
    const found = await reader().route(sshd.host, { family: 4, address: "$(id)", length: 32 }, ask);

    expect(found).toMatchObject({ ok: false, failure: { code: "usage" } });
  });

  test("tries a new connection: it comes about, is refused, or is not tried at all", async () => {
    const port = await freePort();
    const to = (address: string, at: number) => reader().connect(sshd.host, { address, port: at }, ask);

    expect(await to("127.0.0.1", sshd.config.port)).toEqual({ ok: true, value: { yes: true } });
    expect(await to("127.0.0.1", port)).toEqual({ ok: true, value: { yes: false, why: "Connection refused" } });
    expect(await to("::1", port)).toEqual({ ok: true, value: { yes: false, why: "Connection refused" } });
    expect(await to("127.0.0.1; id", port)).toMatchObject({ ok: false, failure: { code: "usage" } });
    expect(await to("127.0.0.1", 0)).toMatchObject({ ok: false, failure: { code: "usage" } });
  });

  test("a connection that nobody answers ends after 2 s", async () => {
    const { port, end } = await deaf();
    try {
      const said = await reader().connect(sshd.host, { address: "127.0.0.1", port }, ask);
      expect(said).toEqual({ ok: true, value: { yes: false, why: "no answer in 2 s" } });
    } finally {
      end();
    }
  }, 15_000);
});

/** A listener that accepts nobody and whose queue is full: the kernel drops the next SYN, as a Deny does. */
async function deaf(): Promise<{ port: number; end(): void }> {
  const code =
    "require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () { console.log(this.address().port) })";
  const child = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "pipe", "ignore"] });
  const port = Number(String((await once(child.stdout, "data"))[0]));
  child.kill("SIGSTOP");
  const held = Array.from({ length: 6 }, () => connect({ port, host: "127.0.0.1" }).on("error", () => undefined));
  await new Promise((resolve) => setTimeout(resolve, 200));
  return {
    port,
    end() {
      for (const socket of held) socket.destroy();
      child.kill("SIGKILL");
    },
  };
}
