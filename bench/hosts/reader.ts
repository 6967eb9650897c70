import { createLog } from "../../src/log/log.js";
import { createEtcd, type EtcdReader } from "../../workers/etcd/etcd.js";
import { serveParent } from "./child.js";

/** The product's etcd reader alone in a process: how long a read takes, how long it blocks the main loop, how much memory it needs. */
export interface ReadCost {
  ms: number;
  /** Longest time in which the main loop did nothing else, ms. */
  stall: number;
  keys: number;
  /** Resident memory while the answer was held, MiB. */
  memory: number;
}

let etcd: EtcdReader | null = null;

serveParent(async ({ word, endpoint, prefix }) => {
  if (word === "open") {
    const config = { endpoints: [String(endpoint)], ca: null, cert: null, key: null, username: null, password: null, timeout: 60_000 };
    etcd = createEtcd(config, createLog({ level: "error" }));
    return null;
  }
  return read(String(prefix));
});

async function read(prefix: string): Promise<ReadCost> {
  if (etcd === null) throw new Error("open comes first");
  const watch = watchLoop();
  const began = performance.now();
  const answer = await etcd.read([{ prefix }], { signal: AbortSignal.timeout(60_000), request: "bench", note: () => {} });
  const ms = performance.now() - began;
  if (!answer.ok) throw new Error(answer.failure.message);
  return { ms, stall: watch(), keys: answer.value.ranges[0]?.count ?? 0, memory: process.memoryUsage().rss / 1024 ** 2 };
}

/** Looks every millisecond; the longest gap is what others would have waited. */
function watchLoop(): () => number {
  let [last, longest] = [performance.now(), 0];
  const look = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last - 1);
    last = now;
  };
  const timer = setInterval(look, 1);
  return () => {
    look();
    clearInterval(timer);
    return longest;
  };
}
