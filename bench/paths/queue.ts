import { startRedis } from "../../test/support/redis-server.js";
import type { Bench, Row } from "../bench.js";
import { type Ends, openEnds } from "../hosts/queue-ends.js";
import { percentile } from "../judge.js";
import { rounds, timed } from "../rounds.js";

/** A signed job to another process and back, beside BullMQ alone. */
export const queue: Bench = {
  name: "queue",
  summary: "a signed job to a worker in another process and its durable answer, over a real Redis with AOF",
  async run(say) {
    const redis = await startRedis();
    const ends = await openEnds(redis.url.replace(/^unix:/, ""));
    try {
      say("one at a time");
      const latency = await rounds(
        7,
        each(ends, (ask) => median(ask, 60)),
      );
      say("100 in flight");
      const rate = await rounds(
        5,
        each(ends, (ask) => perSecond(ask, 1000)),
      );
      return [...latencyRows(latency), ...rateRows(rate)];
    } finally {
      await ends.close();
      await redis.stop();
    }
  },
};

type Ask = () => Promise<void>;
type Found = Record<"bare" | "signed" | "whole", number[]>;

const each = ({ bare, signed, whole }: Ends, measure: (ask: Ask) => Promise<number>) => ({
  bare: () => measure(bare),
  signed: () => measure(signed),
  whole: () => measure(whole),
});

async function median(ask: Ask, times: number): Promise<number> {
  const took = [];
  for (let i = 0; i < times; i++) took.push(await timed(ask));
  return percentile(took, 0.5);
}

async function perSecond(ask: Ask, times: number): Promise<number> {
  let left = times;
  const lane = async (): Promise<void> => {
    while (left-- > 0) await ask();
  };
  const ms = await timed(() => Promise.all(Array.from({ length: 100 }, lane)));
  return (times / ms) * 1000;
}

const signed = "signed job to verified outcome";
const whole = "request to answer shown, with its record in Redis";
const name = "BullMQ alone, waitUntilFinished";
const twice =
  "An answer that survives the bot is a second queued message, so the way is two of BullMQ's hops where the baseline has one and a notification; Ed25519 and the record come on top.";

function latencyRows(found: Found): Row[] {
  const row = (what: string, measured: number[]): Row => ({
    what: `${what}, p50`,
    measured,
    unit: "ms",
    baseline: { name, measured: found.bare },
    goal: { kind: "at most", limit: 2 },
    cause: twice,
  });
  return [row(signed, found.signed), row(whole, found.whole)];
}

function rateRows(found: Found): Row[] {
  const row = (what: string, measured: number[]): Row => ({
    what: `${what}, throughput`,
    measured,
    unit: "per s",
    baseline: { name, measured: found.bare },
    goal: { kind: "share", limit: 0.4 },
    cause: twice,
  });
  return [row(signed, found.signed), row(whole, found.whole)];
}
