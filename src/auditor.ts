import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { readRecord } from "./audit/entry.js";
import { keptHeads } from "./audit/kept-heads.js";
import { linksIn, linksOf } from "./audit/links.js";
import { type KnownHead, type Verdict, verify } from "./audit/verify.js";
import { loadConfig } from "./config/load.js";
import { ConfigError } from "./config/problem.js";
import type { Config } from "./config/valid.js";
import { FailureError, fail, hintOf } from "./contract/failure.js";
import { createLog } from "./log/log.js";
import { type Chain, createChain } from "./redis/chain.js";
import { openRedis } from "./redis/connect.js";

/** `calico-chatops audit verify`. Resolves to the exit code: 0 whole, 1 not, 2 could not be looked through. */
export function verifyAudit(file: string, asked: { head?: string; file?: string }): Promise<number> {
  return orCannot(async () => {
    const config = await loadConfig({ file, role: "terminal" });
    const how = { keys: botKeys(config), heads: await knownHeads(config, asked) };
    const { file: exported } = asked;
    if (exported !== undefined) return say(await verify({ anchor: null, links: linksIn(exported), part: true }, how), how.heads.length);
    return withChain(config, async (chain) =>
      say(await verify({ anchor: await chain.anchor(), links: linksOf(chain) }, how), how.heads.length),
    );
  });
}

/** `calico-chatops audit export`. */
export function exportAudit(file: string, since: string | null): Promise<number> {
  return orCannot(async () => {
    const from = since === null ? 0 : timeOf(since);
    const config = await loadConfig({ file, role: "terminal" });
    await withChain(config, async (chain) => {
      await pipeline(Readable.from(linesSince(chain, from)), process.stdout, { end: false });
    });
    return 0;
  });
}

/** `calico-chatops audit heads`: the newest head of each file of the state folder. */
export function listHeads(file: string): Promise<number> {
  return orCannot(async () => {
    const { state } = await loadConfig({ file, role: "names" });
    if (state === null)
      throw fail("not_found", "the configuration has no `state:` folder, so no audit head is kept here", {
        hint: "name one: state: /var/lib/calico-chatops",
      });
    const newest = new Map((await keptHeads(state)).map((head) => [head.from, head]));
    if (newest.size === 0) throw fail("not_found", `no audit head is kept in ${state} yet`, { hint: "the first job brings one" });
    for (const { from, seq, hash } of newest.values()) process.stdout.write(`${hash}  entry ${seq}  ${from}\n`);
    return 0;
  });
}

async function* linesSince(chain: Chain, from: number): AsyncGenerator<string> {
  for await (const { text } of linksOf(chain)) {
    const record = readRecord(text);
    if (record === null || Date.parse(record.entry.at) >= from) yield `${text}\n`;
  }
}

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Epoch ms of `24h` ago, or of a date. */
function timeOf(text: string): number {
  const [, amount, unit = ""] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  const at =
    amount === undefined
      ? /^\d{4}-\d\d-\d\d/.test(text)
        ? Date.parse(text)
        : Number.NaN
      : Date.now() - Number(amount) * (units[unit] ?? 0);
  if (Number.isNaN(at)) throw fail("usage", `\`${text}\` is not a time`, { hint: "24h, 7d, 2026-01-31 or 2026-01-31T03:00:00Z" });
  return at;
}

/** The keys that bots sign with: this one's and those that the configuration names. */
function botKeys({ bot, clusters }: Config): KeyObject[] {
  const own = bot === null ? [] : [createPublicKey(createPrivateKey(bot.signingKey.reveal()))];
  return [...own, ...clusters.flatMap((cluster) => cluster.botKeys.map((pem) => createPublicKey(pem)))];
}

async function knownHeads({ state }: Config, { head, file }: { head?: string; file?: string }): Promise<KnownHead[]> {
  if (head !== undefined && !/^[0-9a-f]{8,64}$/.test(head))
    throw fail("usage", `\`${head}\` is no head`, { hint: "64 characters 0-9 a-f, or the first 8 and more of them" });
  const given = head === undefined ? [] : [{ hash: head, seq: null, from: "--head" }];
  return [...given, ...(state === null || file !== undefined ? [] : await keptHeads(state))];
}

async function withChain<T>(config: Config, work: (chain: Chain) => Promise<T>): Promise<T> {
  const links = await openRedis(config.redis, createLog({ level: "error" }));
  try {
    return await work(createChain(links, "bot", "audit"));
  } finally {
    await links.close();
  }
}

function say({ entries, first, head, problems, more }: Verdict, heads: number): number {
  const range = head === null || first === null ? "" : `, ${first} to ${head.seq}, head ${head.hash}`;
  const known = `${heads} known head${heads === 1 ? "" : "s"}`;
  process.stdout.write(`${entries} audit entr${entries === 1 ? "y" : "ies"}${range}; compared with ${known}\n`);
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  if (more > 0) process.stdout.write(`and ${more} more\n`);
  process.stdout.write(problems.length === 0 ? "the record is whole\n" : "the record is NOT whole\n");
  return problems.length === 0 ? 0 : 1;
}

async function orCannot(work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FailureError) process.stderr.write(`${error.failure.message} (${hintOf(error.failure)})\n`);
    else if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
    else process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
}
