import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type Change, keys } from "../../src/approvals/record.js";
import type { Approvals } from "../../src/approvals/store.js";
import { createLog } from "../../src/log/log.js";
import type { Store } from "../../src/redis/store.js";
import { startRedis, type TestRedis } from "../support/redis-server.js";
import { bob, carol, changeOf, keepOf, minute, t0, voteOn } from "./changes.js";
import { bot, put, twoBots } from "./two-bots.js";

const now = (): number => t0 + 5 * minute;
const no = { verdict: "reject", reason: "too wide" } as const;

let redis: TestRedis;
let prefix: string;
let state: Store;
let bots: readonly [Approvals, Approvals];
let change: Change;
let run = 0;
const lines: string[] = [];
const log = createLog({ level: "error", destination: { write: (line: string) => void lines.push(line) } });

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
beforeEach(async () => {
  lines.length = 0;
  prefix = `run${++run}`;
  ({ bots, state } = await twoBots(redis, prefix, now));
  change = await put(state, bots[0], changeOf("a"));
});

const key = (): string => keys.change(change.id);
const lying = async (): Promise<string> => (await state.get(key())) ?? "";
const lay = (text: string): Promise<boolean> => state.move([], [{ set: key(), value: text, ttl: 60_000 }]);
const restarted = (which: 0 | 1 = 0): Promise<Approvals> => bot(redis, prefix, { which, now, log });

describe("a record that no bot has sealed", () => {
  const approved = (): Change => ({ ...change, state: "approved", turn: 9 });
  test.each<[string, () => Promise<string>]>([
    ["junk", async () => "approved"],
    ["a record without a seal", async () => JSON.stringify(approved())],
    ["one sealed by a stranger", async () => keepOf(generateKeyPairSync("ed25519").privateKey).seal(key(), approved())],
    ["a sealed one with an altered state", async () => (await lying()).replace("proposed", "approved")],
    [
      "another change's sealed record",
      async () => {
        const other = await put(state, bots[0], changeOf("b"));
        return (await state.get(keys.change(other.id))) ?? "";
      },
    ],
  ])("%s is neither shown, listed, moved nor due", async (_, make) => {
    await lay(await make());
    const fresh = await restarted();

    expect(await fresh.get(change.id)).toBeNull();
    expect((await fresh.open(null)).map(({ id }) => id)).not.toContain(change.id);
    expect(await fresh.due(t0 + 60 * minute)).not.toContain(change.id);
    await expect(fresh.act(change.id, voteOn(change, bob))).rejects.toMatchObject({ failure: { code: "bad_signature" } });
  });

  test("gives way to what a bot has seen there before", async () => {
    const watching = await restarted();
    await watching.act(change.id, voteOn(change, bob, no));
    const was = await lying();
    await lay(JSON.stringify({ ...change, state: "approved" }));

    expect(await watching.get(change.id)).toMatchObject({ state: "rejected" });
    expect(await lying()).toBe(was);
    expect(lines.join()).toContain("an older or foreign record of a change lay in redis; the later one was put back");
  });
});

describe("an older record of the bots' own, put back", () => {
  test("is noticed by the bot that wrote the later one: a rejection stays", async () => {
    const watching = await restarted();
    const old = await lying();
    await watching.act(change.id, voteOn(change, bob, no));
    await lay(old);

    const { refused, change: now } = await watching.act(change.id, voteOn(change, carol));

    expect(now.state).toBe("rejected");
    expect(refused?.message).toBe(`${change.id}: already rejected by bob at 14:55:00 UTC (too wide)`);
    expect(lines).toHaveLength(1);
    expect(await bots[1].get(change.id)).toMatchObject({ state: "rejected", turn: 2 });
  });

  test("is noticed by another bot that has only read the later one", async () => {
    const reading = await restarted(1);
    const old = await lying();
    await bots[0].act(change.id, voteOn(change, bob, no));
    await reading.open(null);
    await reading.get(change.id);
    await lay(old);

    expect(await reading.get(change.id)).toMatchObject({ state: "rejected" });
    expect(await bots[1].get(change.id)).toMatchObject({ state: "rejected" });
  });

  test("is not noticed by a bot that has seen nothing later; as soon as the two meet, what has ended counts", async () => {
    const [knowing, blind] = [await restarted(0), await restarted(1)];
    const old = await lying();
    await knowing.act(change.id, voteOn(change, bob, no));
    await lay(old);

    expect((await blind.act(change.id, voteOn(change, carol))).change).toMatchObject({ state: "approved", turn: 2 });
    expect(await knowing.get(change.id)).toMatchObject({ state: "rejected", turn: 2 });
    expect(await blind.get(change.id)).toMatchObject({ state: "rejected", turn: 2 });
  });
});
