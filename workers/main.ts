import { createPrivateKey, createPublicKey } from "node:crypto";
import { resolve } from "node:path";
import { createHeadKeeper } from "../src/audit/kept-heads.js";
import { loadCommands } from "../src/command/load.js";
import { fingerprintOf } from "../src/config/keys.js";
import { loadConfig } from "../src/config/load.js";
import { servedBy } from "../src/config/served.js";
import { version } from "../src/config/version.js";
import { openHealth } from "../src/health/server.js";
import { workerMeter } from "../src/health/worker-meter.js";
import { lastWords } from "../src/log/last-words.js";
import { createLog } from "../src/log/log.js";
import { untilSignal } from "../src/log/until-signal.js";
import { createClusterQueue } from "../src/queue/cluster-queue.js";
import { createReader } from "../src/reading/reader.js";
import { checkRedis } from "../src/redis/check.js";
import { openRedis, serviceWait } from "../src/redis/connect.js";
import { openChanging } from "./changing.js";
import { createExecutor } from "./execute/executor.js";
import { toolsOf } from "./tools.js";

/** `calico-chatops worker`: serves one cluster until it is told to stop. */
export async function serveWorker(file: string, name: string | null): Promise<void> {
  const config = await loadConfig({ file, role: "worker", cluster: name });
  const { cluster, worker } = servedBy(config.clusters, name);
  const log = createLog({ level: config.log.level }).child({ worker: worker.id, cluster: cluster.name });
  lastWords(log);
  const links = await openRedis(config.redis, log, serviceWait);
  for (const warning of (await checkRedis(links)).warnings) log.warn({}, warning);
  const tools = toolsOf(cluster, worker, log);
  const queue = createClusterQueue(links, cluster.name, log);
  const keeper = createHeadKeeper(config.state, `${cluster.name}-${worker.id}`, log);
  if (config.state === null) log.warn({}, "no `state:` folder: audit heads are not kept here, so a cut audit record may go unseen");
  const changing = await openChanging({ config: cluster, worker, state: config.state, tools, log, keepHead: keeper.keep }, links, queue);
  const reader = createReader();
  const executor = createExecutor({
    changing: changing.active,
    ...(changing.done === undefined ? {} : { done: changing.done }),
    readDocument: reader.read,
    keepHead: keeper.keep,
    onOutcome: (outcome) => meter.outcome(outcome),
    trusts: cluster.botKeys.map(fingerprintOf),
    worker: worker.id,
    version,
    cluster: tools.cluster,
    commands: await loadCommands(resolve(import.meta.dirname, "../commands")),
    queue,
    signingKey: createPrivateKey(worker.signingKey.reveal()),
    botKeys: cluster.botKeys.map((pem) => createPublicKey(pem)),
    concurrency: worker.concurrency,
    log,
  });
  const meter = workerMeter({ cluster: cluster.name, running: executor.running, copyAge: tools.copyAge });
  let taking = false;
  const ready = { redis: () => links.producer.status === "ready", jobs: () => taking };
  const health = await openHealth(worker.health, { registry: meter.registry, ready, log });
  await executor.start();
  taking = true;
  await tools.warm();
  log.info({ version, hosts: cluster.hosts.length }, "the worker takes jobs");
  await untilSignal(log);
  taking = false;
  await health.close();
  await Promise.all([executor.stop(), changing.stop()]);
  await keeper.close();
  await reader.close();
  await queue.close();
  tools.close();
  await links.close();
}
