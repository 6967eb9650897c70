import { join } from "node:path";
import { Etcd3 } from "etcd3";
import { startEtcd } from "../../test/support/etcd.js";
import type { Bench, Row } from "../bench.js";
import { startChild } from "../hosts/child.js";
import { fill } from "../hosts/endpoints.js";
import type { PreviewCost } from "../hosts/previewer.js";
import { rounds } from "../rounds.js";

const endpoints = 20_000;
const ways = ["thread", "turns", "at once"] as const;
type Way = (typeof ways)[number];

/** What a preview does to everything else that a worker does. */
export const preview: Bench = {
  name: "preview",
  summary:
    "policy preview over 20,000 endpoints and 1,000 security groups in a real etcd: time, and the longest stall of the worker's main loop",
  async run(say) {
    const server = await startEtcd();
    const child = startChild(join(import.meta.dirname, "../hosts/previewer.ts"));
    try {
      const client = new Etcd3({ hosts: [server.endpoint] });
      const hosts = Array.from({ length: 100 }, (_, i) => `compute-${String(i).padStart(3, "0")}`);
      say(`${await fill(client, { hosts, endpoints, groups: 1000 })} keys are written`);
      client.close();
      await child.ask("open", { endpoint: server.endpoint });
      const stalls: Record<Way, number[]> = { thread: [], turns: [], "at once": [] };
      const one = (way: Way) => async (): Promise<number> => {
        const { ms, stall, rows } = await child.ask<PreviewCost>(way);
        if (rows === 0) throw new Error("the preview found nothing");
        stalls[way].push(stall);
        return ms;
      };
      const found = await rounds(5, { thread: one("thread"), turns: one("turns"), "at once": one("at once") });
      return rowsOf(found, stalls);
    } finally {
      child.stop();
      server.stop();
    }
  },
};

function rowsOf(found: Record<Way, number[]>, stalls: Record<Way, number[]>): Row[] {
  // The first round warms up.
  const stall = (way: Way): number[] => stalls[way].slice(1);
  const baseline = { name: "read and evaluated on the main loop in one go", measured: stall("at once") };
  return [
    {
      what: "in the compute thread: longest stall of the main loop",
      measured: stall("thread"),
      unit: "ms",
      baseline: null,
      goal: { kind: "median", limit: 20 },
    },
    {
      what: "in the compute thread: the same beside what it was before",
      measured: stall("thread"),
      unit: "ms",
      baseline,
      goal: { kind: "faster", limit: 10 },
    },
    {
      what: "in the compute thread: from question to answer",
      measured: found.thread,
      unit: "ms",
      baseline: { name: "read and evaluated on the main loop in one go", measured: found["at once"] },
      goal: { kind: "at most", limit: 1 },
    },
    { what: "without a thread, in turns: longest stall of the main loop", measured: stall("turns"), unit: "ms", baseline, goal: null },
  ];
}
