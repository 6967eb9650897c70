import { generateKeyPairSync, type KeyObject, randomUUID } from "node:crypto";
import { join } from "node:path";
import { Queue, QueueEvents } from "bullmq";
import { Redis } from "ioredis";
import { createAudit } from "../../src/audit/append.js";
import type { Actor } from "../../src/contract/actor.js";
import { open, seal } from "../../src/contract/envelope.js";
import { type Job, wireVersion } from "../../src/contract/job.js";
import { Outcome } from "../../src/contract/outcome.js";
import { createDispatch } from "../../src/dispatch/dispatch.js";
import { createLog } from "../../src/log/log.js";
import { type ClusterQueue, createClusterQueue } from "../../src/queue/cluster-queue.js";
import { defaultReplies } from "../../src/queue/lanes.js";
import { createChain } from "../../src/redis/chain.js";
import { openRedis, type RedisLinks } from "../../src/redis/connect.js";
import { createStore } from "../../src/redis/store.js";
import { startChild } from "./child.js";
import { ping } from "./ping.js";

/** Three ways to have the same question answered by another process over the same Redis. */
export interface Ends {
  /** `queue.add` and `waitUntilFinished`, nothing else. */
  bare(): Promise<void>;
  /** Signed job stored, verified, run, signed outcome stored, taken and verified. */
  signed(): Promise<void>;
  /** The whole use case: claimed, recorded, queued, answered, the answer recorded and shown. */
  whole(): Promise<void>;
  close(): Promise<void>;
}

const actor: Actor = { kind: "local", user: "bench" };
const log = createLog({ level: "silent" });

/** Starts the workers' process and opens all three ways to it. */
export async function openEnds(socket: string): Promise<Ends> {
  const [bot, worker] = [generateKeyPairSync("ed25519"), generateKeyPairSync("ed25519")];
  const child = startChild(join(import.meta.dirname, "queue-workers.ts"));
  const pem = (key: KeyObject, type: "spki" | "pkcs8"): string => String(key.export({ format: "pem", type }));
  await child.ask("open", { socket, botKey: pem(bot.publicKey, "spki"), workerKey: pem(worker.privateKey, "pkcs8") });
  const links = await openRedis({ url: `unix:${socket}`, username: null, password: null, prefix: "product" }, log);
  const queues = { signed: createClusterQueue(links, "signed", log), whole: createClusterQueue(links, "whole", log) };
  const keys = { signingKey: bot.privateKey, workerKey: worker.publicKey };
  const bare = await bareEnd(socket);
  const signed = signedEnd(queues.signed, keys);
  const whole = await wholeEnd(links, queues.whole, keys);
  return {
    bare: bare.ask,
    signed: signed.ask,
    whole: whole.ask,
    async close() {
      await Promise.all([bare.close(), signed.close(), whole.close()]);
      await Promise.all([queues.signed.close(), queues.whole.close()]);
      await links.close();
      child.stop();
    },
  };
}

interface End {
  ask(): Promise<void>;
  close(): Promise<void>;
}

interface Keys {
  signingKey: KeyObject;
  workerKey: KeyObject;
}

async function bareEnd(socket: string): Promise<End> {
  const connection = new Redis({ path: socket, maxRetriesPerRequest: null });
  const queue = new Queue("bare", { connection, prefix: "bare" });
  const events = new QueueEvents("bare", { connection: connection.duplicate(), prefix: "bare" });
  for (const emitter of [queue, events]) emitter.setMaxListeners(0);
  await events.waitUntilReady();
  // As large as the envelope of the product.
  const data = { text: "x".repeat(600) };
  return {
    async ask() {
      const job = await queue.add("ping", data, { removeOnComplete: { age: 7200 } });
      await job.waitUntilFinished(events);
    },
    async close() {
      await Promise.all([queue.close(), events.close()]);
      connection.disconnect();
    },
  };
}

/** Calls that wait for their answer by id. */
function waiting(): { wait(id: string): Promise<void>; answered(id: string): void } {
  const held = new Map<string, () => void>();
  return {
    wait: (id) => new Promise((resolve) => void held.set(id, resolve)),
    answered(id) {
      held.get(id)?.();
      held.delete(id);
    },
  };
}

function signedEnd(queue: ClusterQueue, { signingKey, workerKey }: Keys): End {
  const { cluster } = queue;
  const { wait, answered } = waiting();
  const consumer = queue.replies(defaultReplies, async ({ raw }) => {
    const { value } = open(raw, Outcome, { kind: "outcome", cluster, keys: [workerKey], now: Date.now() });
    if (!value.ok) throw new Error(value.failure?.message);
    answered(value.job);
  });
  return {
    async ask() {
      const id = `bench-${randomUUID()}-1`;
      const base = { v: wireVersion, id, request: id, command: "ping", phase: "run", cluster } as const;
      const payload: Job = {
        ...base,
        args: [],
        actor,
        origin: { via: "terminal" },
        deadline: Date.now() + 20_000,
        replyTo: defaultReplies,
      };
      const done = wait(id);
      await queue.submit(seal({ kind: "job", id, cluster, actor: "local:bench", ttl: 60_000, payload }, signingKey, Date.now()), "reads");
      await done;
    },
    close: () => consumer.close(1000),
  };
}

async function wholeEnd(links: RedisLinks, queue: ClusterQueue, { signingKey, workerKey }: Keys): Promise<End> {
  const { wait, answered } = waiting();
  const show = (request: string, state: string): void => (state === "answered" ? answered(request) : undefined);
  const posted = { channel: "terminal", ts: "1" };
  const dispatch = createDispatch({
    clusters: [{ name: "whole", hosts: [], workerKeys: [workerKey], queue }],
    commands: new Map([["ping", ping]]),
    approvers: () => [],
    recorded: async () => [],
    authorise: () => ({ ok: true, detail: "full" }),
    standing: () => ({ id: "bench", name: null, roles: ["viewer"], clusters: ["whole"], channel: null, detail: "full", refusal: null }),
    signingKey,
    state: createStore(links, "bot"),
    audit: createAudit({ chain: createChain(links, "bot", "audit"), key: signingKey, log }),
    deliver: {
      post: async (_place, _view, mark) => (show(mark.request, mark.state), posted),
      update: async (_place, _posted, _view, mark) => show(mark.request, mark.state),
      find: () => Promise.resolve(null),
    },
    log,
  });
  await dispatch.start();
  return {
    async ask() {
      const id = `bench-${randomUUID()}`;
      const done = wait(id);
      const submitted = await dispatch.submit({ id, actor, via: "terminal", text: "ping", place: { kind: "terminal" } });
      if (submitted.jobs.length !== 1) throw new Error(submitted.show.verdict.text);
      await dispatch.announce(submitted);
      await done;
    },
    close: () => dispatch.stop(),
  };
}
