import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Evidence } from "../../../src/contract/outcome.js";
import { createLog } from "../../../src/log/log.js";
import { createHostReader } from "../../../workers/host/host.js";
import { createSshPool, type SshPool } from "../../../workers/ssh/pool.js";
import { type Sshd, startSshd } from "../../support/sshd.js";

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
});
