import { startRedis } from "../../test/support/redis-server.js";
import type { Bench, Row } from "../bench.js";
import { bareBot, type ConnectedBot, productBot } from "../hosts/bots.js";
import { percentile } from "../judge.js";
import { timed } from "../rounds.js";

/** How soon Slack hears that a command was taken, when the job is stored first. */
export const acknowledge: Bench = {
  name: "acknowledge",
  summary: "a slash command acknowledged after its job is stored, 50 one by one and 200 at once, over Socket Mode",
  async run(say) {
    const redis = await startRedis();
    const socket = redis.url.replace(/^unix:/, "");
    const found: { product: Figures[]; bare: Figures[] } = { product: [], bare: [] };
    const kinds = { product: productBot, bare: bareBot };
    try {
      for (let round = 0; round < 6; round++)
        for (const kind of round % 2 === 0 ? (["product", "bare"] as const) : (["bare", "product"] as const)) {
          say(`round ${round + 1} of 6, ${kind}`);
          // A new process with empty queues each time: what it still has to post does not burden the next round.
          const bot = await kinds[kind](socket, `${kind}-${round}`);
          try {
            found[kind].push(await figures(bot));
          } finally {
            await bot.close();
          }
        }
      return rows(found.product, found.bare);
    } finally {
      await redis.stop();
    }
  },
};

interface Figures {
  single: number;
  burst: number;
  worst: number;
}

async function figures(bot: ConnectedBot): Promise<Figures> {
  const { slack } = bot;
  const once = (): Promise<number> => timed(() => slack.acts.type("alice", "C0NETOPS", "/calico status lab"));
  await series(30, once);
  const single = await series(50, once);
  const burst = await Promise.all(Array.from({ length: 200 }, once));
  const lost = slack.state.messages.find(({ text }) => text.includes("operation_timeout") || text.includes("dispatch_failed"));
  if (lost) throw new Error(`a command was not acknowledged: ${lost.text}`);
  return { single: percentile(single, 0.5), burst: percentile(burst, 0.5), worst: Math.max(...single, ...burst) };
}

async function series(times: number, once: () => Promise<number>): Promise<number[]> {
  const took = [];
  for (let i = 0; i < times; i++) took.push(await once());
  return took;
}

const layers =
  "Before its job is stored the product claims the delivery against repetition, then writes a signed record beside the audit entry that the job names: two more trips to Redis one after the other, and three signatures. One by one, the message of the command before is posted meanwhile.";

function rows(product: readonly Figures[], bare: readonly Figures[]): Row[] {
  const row = (what: string, of: keyof Figures): Row => ({
    what,
    measured: product.map((one) => one[of]),
    unit: "ms",
    baseline: { name: "bare Bolt with the same enqueue", measured: bare.map((one) => one[of]) },
    goal: { kind: "at most", limit: 1.3 },
    cause: layers,
  });
  return [
    row("50 one by one, p50", "single"),
    row("200 at once, p50", "burst"),
    { ...row("the slowest of all", "worst"), goal: { kind: "worst", limit: 300 } },
  ];
}
