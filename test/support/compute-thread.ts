import { resolve } from "node:path";
import { Worker } from "node:worker_threads";
import type { EtcdConfig } from "../../src/config/valid.js";
import { settingOf } from "../../workers/compute/setting.js";

/** The compute thread from its sources: what the worker starts from the build. */
export function threadFromSource(etcd: EtcdConfig): Worker {
  const file = resolve(import.meta.dirname, "../../workers/compute/thread.ts");
  return new Worker(resolve(import.meta.dirname, "thread.mjs"), { workerData: { file, etcd: settingOf(etcd) } });
}

/** An etcd without certificates or users. */
export const plainEtcd = (endpoint: string, timeout = 3000): EtcdConfig => ({
  ...{ endpoints: [endpoint], ca: null, cert: null, key: null, username: null, password: null, timeout },
});
