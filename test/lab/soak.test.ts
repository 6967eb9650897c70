import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Ground, raiseGround } from "../../lab/soak/parts.js";
import { type SoakResult, soak } from "../../lab/soak/soak.js";

/** Fifteen kills; `npm run soak` does two hundred. The seed is said, and takes the same moments again. */
let ground: Ground;
let result: SoakResult;
const seed = Number(process.hrtime.bigint() % 1_000_000n);

beforeAll(async () => {
  ground = await raiseGround(mkdtempSync(join(tmpdir(), "lab-soak-")));
  const lines: string[] = [];
  result = await soak(ground, { rounds: 15, seed, say: (text) => void lines.push(text) });
  process.stdout.write(`soak with seed ${seed}\n${lines.join("\n")}\n`);
}, 280_000);
afterAll(async () => {
  await ground.end();
}, 30_000);

test("bots, workers and Redis are killed under load: no acknowledged question is lost, none is answered twice", () => {
  expect(result.kills).toEqual({ bot: 6, worker: 6, redis: 3 });
  expect(result.faults).toEqual([]);
  expect(result.tally.open).toBe(0);
});

test("most questions are answered all the same", () => {
  expect(result.taken).toBeGreaterThan(60);
  expect(result.tally.answered).toBeGreaterThan(result.asked / 2);
});
