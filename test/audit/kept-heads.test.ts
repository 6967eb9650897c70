import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { createHeadKeeper, keptHeads } from "../../src/audit/kept-heads.js";
import { quiet } from "../support/redis-server.js";

const folder = join(mkdtempSync(join(tmpdir(), "heads-")), "state");
afterAll(() => rmSync(join(folder, ".."), { recursive: true, force: true }));
const head = (seq: number) => ({ seq, hash: seq.toString(16).padStart(64, "0") });

test("the newest head is on disk when the keeper is closed, readable by its owner only, and a torn line does no harm", async () => {
  const keeper = createHeadKeeper(folder, "eu1-w1", quiet);

  for (let n = 1; n <= 50; n++) keeper.keep(head(n));
  await keeper.close();
  const file = join(folder, "audit-heads-eu1-w1.jsonl");
  appendFileSync(file, '{"seq": 51, "ha');

  const kept = await keptHeads(folder);
  expect(kept.at(-1)).toEqual({ ...head(50), from: file });
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("the file does not grow for ever", async () => {
  const keeper = createHeadKeeper(folder, "big", quiet);
  const file = join(folder, "audit-heads-big.jsonl");
  appendFileSync(file, `${"x".repeat(99)}\n`.repeat(11_000));

  keeper.keep(head(7));
  await keeper.close();

  expect(readFileSync(file, "utf8").length).toBeLessThan(200_000);
  expect((await keptHeads(folder)).filter(({ from }) => from === file)).toEqual([{ ...head(7), from: file }]);
});

test("a folder that cannot be written is told in the log, and nothing else fails", async () => {
  const told: string[] = [];
  const keeper = createHeadKeeper(import.meta.filename, "w1", { ...quiet, error: (_, text) => void told.push(text) });

  keeper.keep(head(1));
  await keeper.close();

  expect(told).toEqual(["the audit head was not kept on disk"]);
});
