import { Etcd3 } from "etcd3";
import type { Ask } from "../../src/cluster/ask.js";
import type { Etcd, KeyValue } from "../../src/cluster/etcd.js";
import { createLog } from "../../src/log/log.js";
import { plainEtcd, threadFromSource } from "../../test/support/compute-thread.js";
import { type KeptEtcd, keptEtcd } from "../../workers/compute/kept-etcd.js";
import { createEtcd } from "../../workers/etcd/etcd.js";
import { serveParent } from "./child.js";
import { watchLoop } from "./watch-loop.js";

/** The product's etcd readers alone in a process: how long a read takes, how long it blocks the main loop, how much memory it needs. */
export interface ReadCost {
  ms: number;
  /** Longest time in which the main loop did nothing else, ms. */
  stall: number;
  keys: number;
  /** Resident memory while the answer was held, MiB. */
  memory: number;
}

/** What the copy takes: all of the process's memory above what it was before, and the heap of the thread, MiB. */
export interface CopyCost {
  ms: number;
  resident: number;
  heap: number;
}

interface Readers {
  etcd: Etcd;
  copy: KeptEtcd;
  client: Etcd3;
}

let readers: Readers | null = null;
const log = createLog({ level: "error" });

serveParent(async ({ word, endpoint, prefix, from }) => {
  if (word === "open") return open(String(endpoint));
  if (readers === null) throw new Error("open comes first");
  if (word === "copy") return makeCopy(readers);
  if (word === "lag") return lag(readers, String(prefix));
  return read(from === "copy" ? readers.copy : readers.etcd, String(prefix), from === "copy");
});

function open(endpoint: string): null {
  const config = plainEtcd(endpoint, 60_000);
  const etcd = createEtcd(config, log);
  const copy = keptEtcd({ live: etcd, spawn: () => threadFromSource(config), log, timeout: config.timeout });
  readers = { etcd, copy, client: new Etcd3({ hosts: [endpoint] }) };
  return null;
}

const mebibytes = (bytes: number): number => bytes / 1024 ** 2;

async function makeCopy({ copy }: Readers): Promise<CopyCost> {
  const [before, began] = [process.memoryUsage().rss, performance.now()];
  copy.start();
  for (;;) {
    const state = await copy.state(AbortSignal.timeout(60_000));
    const ms = performance.now() - began;
    if (state?.phase === "complete") return { ms, resident: mebibytes(process.memoryUsage().rss - before), heap: mebibytes(state.heap) };
    await pause(20);
  }
}

/** Also whether it came out of the copy: one that silently did not would measure something else. */
async function found(etcd: Etcd, prefix: string): Promise<{ kvs: readonly KeyValue[]; copied: boolean }> {
  let copied = false;
  const ask: Ask = {
    signal: AbortSignal.timeout(60_000),
    request: "bench",
    note: ({ output }) => {
      copied = output?.includes("copy") === true;
    },
  };
  const answer = await etcd.read([{ prefix }], ask);
  if (!answer.ok) throw new Error(answer.failure.message);
  return { kvs: answer.value.ranges[0]?.kvs ?? [], copied };
}

async function read(etcd: Etcd, prefix: string, wanted: boolean): Promise<ReadCost> {
  const watch = watchLoop();
  const began = performance.now();
  const { kvs, copied } = await found(etcd, prefix);
  const ms = performance.now() - began;
  const stall = watch();
  if (copied !== wanted) throw new Error(`read out of ${copied ? "the copy" : "etcd"}`);
  return { ms, stall, keys: kvs.length, memory: mebibytes(process.memoryUsage().rss) };
}

/** Puts a key many times; each time how long after etcd has acknowledged it the copy gives it out, ms. */
async function lag({ copy, client }: Readers, key: string): Promise<number[]> {
  const lags: number[] = [];
  for (let i = 0; i < 200; i++) {
    const value = `${i} ${performance.now()}`;
    await client.put(key).value(value);
    const began = performance.now();
    for (;;) {
      const { kvs, copied } = await found(copy, key);
      if (!copied) continue;
      if (kvs[0]?.value !== value) throw new Error("the copy gave out an old value");
      break;
    }
    lags.push(performance.now() - began);
    await pause(5);
  }
  return lags;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
