import { run as runProgram } from "../../lab/hosts/run.js";
import type { Host } from "../../src/cluster/inventory.js";
import { createLog } from "../../src/log/log.js";
import { createSshPool, type SshPool } from "../../workers/ssh/pool.js";
import type { Bench, Row } from "../bench.js";
import { type Farm, startFarm } from "../hosts/farm.js";
import { rounds, timed } from "../rounds.js";

const options = { timeoutMs: 10_000, maxBytes: 100_000 };
const calm = () => ({ ...options, signal: new AbortController().signal });

/** One command over many hosts, and many questions to one host. */
export const ssh: Bench = {
  name: "ssh",
  summary: "one command over 16 and 64 sshd with warm connections, and 8 questions in one exec",
  needs: { clustershell: "/usr/bin/clush" },
  async run(say) {
    const farm = await startFarm(64);
    const pool = createSshPool(farm.config, createLog({ level: "error" }));
    try {
      say("64 sshd are up; warming connections");
      await pool.warm(farm.hosts);
      const small = await fanOut({ farm, pool, count: 16 });
      const large = await fanOut({ farm, pool, count: 64 });
      const free = await questions({ farm, pool, question: "true", cause });
      const started = await questions({ farm, pool, question: "date", cause: programs });
      return [...small, ...large, free, started];
    } finally {
      pool.close();
      await farm.stop();
    }
  },
};

interface Fan {
  farm: Farm;
  pool: SshPool;
  count: number;
}

const faster = (limit: number) => ({ kind: "faster" as const, limit });

async function fanOut({ farm, pool, count }: Fan): Promise<Row[]> {
  const hosts = farm.hosts.slice(0, count);
  const addresses = hosts.map(({ address }) => address);
  const found = await rounds(9, {
    pooled: () => timed(() => Promise.all(hosts.map((host) => pool.exec(host, ["true"], calm())))),
    clush: () => timed(() => must(["clush", "-q", "-f", "64", "-w", addresses.join(","), "-o", forClush(farm.master), "true"])),
    xargs: () => timed(() => must(["xargs", "-P64", "-I{}", "ssh", ...farm.master, "{}", "true"], addresses.join("\n"))),
  });
  const row = (baseline: string, measured: number[], limit: number): Row => ({
    what: `one command on ${count} hosts, pooled`,
    measured: found.pooled,
    unit: "ms",
    baseline: { name: baseline, measured },
    goal: faster(limit),
    cause,
  });
  return [row("clush + ControlMaster", found.clush, count === 16 ? 6 : 4), row("xargs ssh + ControlMaster", found.xargs, 2)];
}

/** Why a goal may be missed here. */
const programs =
  "8 programs a host, 128 on these two cores, are started in both ways and make up most of the one exec; only what surrounds them is saved.";
const cause =
  "The product wraps each command (process group, own deadline on the host): more processes a host than the bare `true` of the baseline, on the same two cores.";

/** The same question eight times: one that costs the host nothing, and one that starts a program. */
async function questions({ farm, pool, question, cause }: Questions): Promise<Row> {
  const hosts = farm.hosts.slice(0, 16);
  const eight = Array.from({ length: 8 }, () => question).join("; echo ---; ");
  const oneByOne = async (host: Host): Promise<void> => {
    for (let i = 0; i < 8; i++) await pool.exec(host, [question], calm());
  };
  const found = await rounds(9, {
    one: () => timed(() => Promise.all(hosts.map((host) => pool.exec(host, ["sh", "-c", eight], calm())))),
    each: () => timed(() => Promise.all(hosts.map(oneByOne))),
  });
  const baseline = { name: "8 execs one after another", measured: found.each };
  return {
    what: `8 questions (\`${question}\`) in one exec on 16 hosts`,
    measured: found.one,
    unit: "ms",
    baseline,
    goal: faster(8),
    cause,
  };
}

interface Questions {
  farm: Farm;
  pool: SshPool;
  question: string;
  cause: string;
}

/** clush takes `%` for a variable of its own. */
const forClush = (words: readonly string[]): string => words.join(" ").replaceAll("%", "%%");

async function must(argv: readonly string[], stdin?: string): Promise<void> {
  const { code, stderr } = await runProgram(argv, { timeoutMs: 60_000, ...(stdin === undefined ? {} : { stdin }) });
  if (code !== 0) throw new Error(`${argv[0]} ended with ${code}: ${stderr.slice(0, 500)}`);
}
