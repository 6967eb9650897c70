import { type Ask, answer } from "../../src/cluster/ask.js";
import type { Bird } from "../../src/cluster/bird.js";
import type { Host } from "../../src/cluster/inventory.js";
import type { BirdcConfig } from "../../src/config/valid.js";
import { fail } from "../../src/contract/failure.js";
import { askMarked, type Section } from "../ssh/marked.js";
import type { SshPool } from "../ssh/pool.js";
import { readHost } from "./daemon.js";
import { lookupQuestions, readLookup, readTable, tableQuestions } from "./lookup.js";
import { type Questions, script } from "./script.js";

export interface BirdSettings {
  birdc: BirdcConfig;
  /** Deadline of all questions to one host, ms. */
  hostTimeout: number;
}

const maxBytes = 2 * 1024 * 1024;
/** A table of 50,000 networks. */
const maxTable = 8 * 1024 * 1024;

const stateQuestions: readonly Questions[] = [
  { family: 4, ask: ["show protocols all", "show status", "show route count"], always: true },
  { family: 6, ask: ["show protocols all", "show status", "show route count"], always: false },
];

/** Reads BIRD over SSH: one exec a host, restricted mode, exit codes not trusted. */
export function createBird(pool: SshPool, settings: BirdSettings): Bird {
  const run = asker(pool, settings);
  return {
    read(host, ask) {
      return answer(ask, async () => {
        const began = Date.now();
        const found = await run({ host, ask, questions: stateQuestions, maxBytes });
        const { clock, ...read } = readHost(found);
        if (read.daemons.length + read.silent.length === 0)
          throw fail("unreadable_output", `${host.name} answered nothing that can be read from BIRD`);
        // The clock was read somewhere between sending and the end: the middle is off by half of that at most.
        return { ...read, clockOffset: clock ? clock.now - (began + Date.now()) / 2 : null };
      });
    },
    routes: (host, destination, ask) =>
      answer(ask, async () => readLookup(await run({ host, ask, questions: lookupQuestions(destination), maxBytes }), destination)),
    table: (host, ask) =>
      answer(ask, async () => readTable(await run({ host, ask, questions: tableQuestions, maxBytes: maxTable }), host.name)),
  };
}

interface Running {
  host: Host;
  ask: Ask;
  questions: readonly Questions[];
  maxBytes: number;
}

function asker(pool: SshPool, { birdc, hostTimeout }: BirdSettings): (running: Running) => Promise<Section[]> {
  const seconds = Math.max(1, Math.floor(hostTimeout / 1000) - 1);
  return ({ questions, ...running }) =>
    askMarked(pool, {
      ...running,
      timeoutMs: hostTimeout,
      what: `birdc ${[...new Set(questions.flatMap((each) => each.ask))].join(", ")}`,
      script: (mark) => script({ config: birdc, questions, prefix: pool.prefix, mark, seconds }),
    });
}
