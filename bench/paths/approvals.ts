import { generateKeyPairSync } from "node:crypto";
import { Redis } from "ioredis";
import { type Change, keys } from "../../src/approvals/record.js";
import { type Approvals, createApprovals } from "../../src/approvals/store.js";
import { createLog } from "../../src/log/log.js";
import { openRedis } from "../../src/redis/connect.js";
import { createStore } from "../../src/redis/store.js";
import { changeOf, keepOf, person, t0, voteOn } from "../../test/approvals/changes.js";
import { startRedis } from "../../test/support/redis-server.js";
import type { Bench, Row } from "../bench.js";
import { percentile } from "../judge.js";
import { rounds, timed } from "../rounds.js";

const waiting = 1000;
const measuredRounds = 7;
/** Each change is clicked at one time only, also in the round that warms up. */
const clicks = waiting / (measuredRounds + 1);

/** From the click at a card to its new state in Redis, while many changes wait. */
export const approvals: Bench = {
  name: "approvals",
  summary:
    "an approver's click, signed, decided and stored, and the list of what waits, with 1,000 changes waiting in a real Redis with AOF",
  async run(say) {
    const redis = await startRedis();
    const ends = await openEnds(redis.url.replace(/^unix:/, ""));
    try {
      say(`${waiting} changes wait, ${ends.size} characters each`);
      const p99: Record<Way, number[]> = { click: [], bare: [] };
      const series = (way: Way) => async (): Promise<number> => {
        const took = [];
        for (let n = 0; n < clicks; n++) took.push(await timed(ends[way]));
        p99[way].push(percentile(took, 0.99));
        return percentile(took, 0.5);
      };
      const p50 = await rounds(measuredRounds, { click: series("click"), bare: series("bare") });
      say("the list");
      const list = await rounds(measuredRounds, {
        cold: () => timed(ends.coldList),
        own: () => timed(ends.list),
        bare: () => timed(ends.bareList),
      });
      return rows({ p50, p99: { click: p99.click.slice(1), bare: p99.bare.slice(1) }, list });
    } finally {
      await ends.close();
      await redis.stop();
    }
  },
};

type Way = "click" | "bare";

interface Ends {
  /** Characters of one record as it is stored. */
  size: number;
  /** The next waiting change gets a vote. */
  click(): Promise<void>;
  /** The next of as many values of the same size is read and replaced if it is still the same. */
  bare(): Promise<void>;
  list(): Promise<void>;
  /** By a bot that was just started. */
  coldList(): Promise<void>;
  bareList(): Promise<void>;
  close(): Promise<void>;
}

const swap = "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) return 1";
const life = 86_400_000;

async function openEnds(socket: string): Promise<Ends> {
  const log = createLog({ level: "silent" });
  const links = await openRedis({ url: `unix:${socket}`, username: null, password: null, prefix: "product" }, log);
  const client = new Redis({ path: socket });
  const state = createStore(links, "bot");
  const [maker, clicker] = [generateKeyPairSync("ed25519"), generateKeyPairSync("ed25519")];
  const store = (own: typeof maker, other: typeof maker): Approvals =>
    createApprovals({ state, keep: keepOf(own.privateKey, [other.publicKey]), now: () => t0, log });
  // Made by one bot and clicked at another: every record is verified and parsed before it is decided upon.
  const changes = Array.from({ length: waiting }, (_, n) => changeOf(`bench-${n}`, { ask: { approvers: 2 } }));
  const size = await fill(store(maker, clicker), state, { changes, client });
  const bot = store(clicker, maker);
  const [own, bare] = [turns(changes), turns(changes)];
  const listed = async (by: Approvals): Promise<void> => {
    if ((await by.open(null)).length !== waiting) throw new Error("not every change is listed");
  };
  return {
    size,
    async click() {
      const change = own();
      const { moved } = await bot.act(change.id, voteOn(change, person("bob")));
      if (!moved) throw new Error(`the vote for ${change.id} was not taken`);
    },
    async bare() {
      const key = `bare:${bare().id}`;
      const text = (await client.get(key)) ?? "";
      if ((await client.eval(swap, 1, key, text, `${text.slice(1)}y`, String(life))) !== 1) throw new Error("somebody else was here");
    },
    list: () => listed(bot),
    coldList: () => listed(store(clicker, maker)),
    async bareList() {
      const texts = await client.mget((await client.zrange("bare-open", 0, "-1")).map((id) => `bare:${id}`));
      if (texts.filter((text) => text !== null).length !== waiting) throw new Error("not every value is there");
    },
    async close() {
      client.disconnect();
      await links.close();
    },
  };
}

/** Stores the changes, and beside them values of the same size. */
async function fill(
  approvals: Approvals,
  state: ReturnType<typeof createStore>,
  { changes, client }: { changes: readonly Change[]; client: Redis },
): Promise<number> {
  let size = 0;
  for (const change of changes) {
    await state.move([{ key: keys.change(change.id), absent: true }], approvals.creation(change));
    size = (await state.get(keys.change(change.id)))?.length ?? 0;
    await client.set(`bare:${change.id}`, "x".repeat(size), "PX", life);
    await client.zadd("bare-open", change.created, change.id);
  }
  return size;
}

function turns<T>(all: readonly T[]): () => T {
  let next = 0;
  return () => all[next++ % all.length] as T;
}

interface Found {
  p50: Record<Way, number[]>;
  p99: Record<Way, number[]>;
  list: Record<"cold" | "own" | "bare", number[]>;
}

const baseline = "bare Redis, GET and a compare-and-set script on values of the same size";
const sealed =
  "The vote and the new record are signed, the record found is verified and parsed, and the larger new one goes out with the old one; Ed25519 alone takes longer than the bare script.";

const pauses = "The second slowest of 125 clicks is one on which a garbage collection or another process fell.";

function rows({ p50, p99, list }: Found): Row[] {
  const goal = { kind: "at most" as const, limit: 10 };
  const bareList = { name: "bare Redis, ZRANGE and MGET of the same size", measured: list.bare };
  const listRow = (what: string, measured: number[]): Row => ({ what, measured, unit: "ms", baseline: bareList, goal: null });
  return [
    {
      what: "click to stored new state, p50",
      measured: p50.click,
      unit: "ms",
      baseline: { name: baseline, measured: p50.bare },
      goal,
      cause: sealed,
    },
    {
      what: "click to stored new state, p99",
      measured: p99.click,
      unit: "ms",
      baseline: { name: baseline, measured: p99.bare },
      goal,
      cause: `${sealed} ${pauses}`,
    },
    listRow("list of 1,000 waiting changes, by a bot that knows them", list.own),
    listRow("list of 1,000 waiting changes, by a bot just started", list.cold),
  ];
}
