import { resolve } from "node:path";
import { Worker } from "node:worker_threads";

/** The reading thread from its sources, with as much memory as it has in the build. */
export function readingFromSource(): Worker {
  const file = resolve(import.meta.dirname, "../../src/reading/thread.ts");
  return new Worker(resolve(import.meta.dirname, "thread.mjs"), { workerData: { file }, resourceLimits: { maxOldGenerationSizeMb: 256 } });
}
