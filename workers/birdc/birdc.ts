import { randomUUID } from "node:crypto";
import { answer } from "../../src/cluster/ask.js";
import type { Bird } from "../../src/cluster/bird.js";
import type { BirdcConfig } from "../../src/config/valid.js";
import { fail, toFailure } from "../../src/contract/failure.js";
import type { SshPool } from "../ssh/pool.js";
import { readHost } from "./daemon.js";
import { script, sections } from "./script.js";

export interface BirdSettings {
  birdc: BirdcConfig;
  /** Deadline of all questions to one host, ms. */
  hostTimeout: number;
}

const kept = 8192;
const maxBytes = 2 * 1024 * 1024;

/** Reads BIRD over SSH: one exec a host, restricted mode, exit codes not trusted. */
export function createBird(pool: SshPool, { birdc, hostTimeout }: BirdSettings): Bird {
  const seconds = Math.max(1, Math.floor(hostTimeout / 1000) - 1);
  return {
    read(host, ask) {
      return answer(ask, async () => {
        const mark = `--${randomUUID()}`;
        const text = script({ config: birdc, prefix: pool.prefix, mark, seconds });
        const began = Date.now();
        const asked = { where: host.name, what: "birdc show protocols all, show status, show route count" };
        const options = { signal: ask.signal, timeoutMs: hostTimeout, maxBytes };
        const result = await pool.exec(host, ["sh", "-c", text], options).catch((error: unknown) => {
          const output = toFailure(error).message;
          ask.note({ ...asked, exit: null, ms: Date.now() - began, bytes: 0, output });
          throw error;
        });
        const output = result.stdout.replaceAll(mark, "--").slice(0, kept);
        ask.note({ ...asked, exit: result.code, ms: result.ms, bytes: result.stdout.length, output });
        const { clock, ...read } = readHost(sections(result.stdout, mark));
        if (read.daemons.length + read.silent.length === 0)
          throw fail("unreadable_output", `${host.name} answered nothing that can be read: ${result.stderr.slice(0, 200)}`);
        // The clock was read somewhere between sending and the end: the middle is off by half of that at most.
        return { ...read, clockOffset: clock ? clock.now - (began + Date.now()) / 2 : null };
      });
    },
  };
}
