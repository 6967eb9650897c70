import { createPrivateKey, createPublicKey } from "node:crypto";
import { Worker } from "bullmq";
import { Redis } from "ioredis";
import { z } from "zod";
import type { Cluster } from "../../src/cluster/cluster.js";
import { createLog } from "../../src/log/log.js";
import { createClusterQueue } from "../../src/queue/cluster-queue.js";
import { openRedis } from "../../src/redis/connect.js";
import { createExecutor } from "../../workers/execute/executor.js";
import { serveParent } from "./child.js";
import { ping } from "./ping.js";

/** Both workers in a process of their own: the product's, and a bare BullMQ one that answers the same. */
const Opening = z.object({ socket: z.string(), botKey: z.string(), workerKey: z.string() });

/** Jobs at a time, in both. */
const concurrency = 50;

serveParent(async (asked) => {
  const { socket, botKey, workerKey } = Opening.parse(asked);
  const log = createLog({ level: "silent" });
  const links = await openRedis({ url: `unix:${socket}`, username: null, password: null, prefix: "product" }, log);
  for (const name of ["signed", "whole"]) {
    const queue = createClusterQueue(links, name, log);
    const keys = { signingKey: createPrivateKey(workerKey), botKeys: [createPublicKey(botKey)] };
    const cluster = { name } as Cluster;
    await createExecutor({
      worker: "w1",
      version: "0",
      cluster,
      commands: new Map([["ping", ping]]),
      queue,
      ...keys,
      concurrency,
      log,
    }).start();
  }
  const connection = new Redis({ path: socket, maxRetriesPerRequest: null });
  const bare = new Worker("bare", () => Promise.resolve({ said: "pong" }), { connection, prefix: "bare", concurrency });
  await bare.waitUntilReady();
  return null;
});
