import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { EtcdConfig } from "../../src/config/valid.js";
import type { Thread } from "./keep-thread.js";
import { settingOf } from "./setting.js";

/** MiB of heap, about ten times what 50,000 endpoints take: a thread that needs more ends alone, and the worker goes on without it. */
const heap = 2048;

/** A compute thread that copies this etcd. `file` is what it runs; from the sources a loader for them. */
export function spawnThread(etcd: EtcdConfig, file: string = join(import.meta.dirname, "thread.js")): Thread {
  return new Worker(file, { name: "compute", workerData: { etcd: settingOf(etcd) }, resourceLimits: { maxOldGenerationSizeMb: heap } });
}
