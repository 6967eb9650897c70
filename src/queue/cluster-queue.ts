import { Queue } from "bullmq";
import type { Envelope } from "../contract/envelope.js";
import type { Log } from "../log/log.js";
import type { RedisLinks } from "../redis/connect.js";
import { reached } from "../redis/reached.js";
import { createStore } from "../redis/store.js";
import { type Consumer, type Delivery, take } from "./consume.js";
import { defaultReplies, jobOptions, type Lane, notices, replyOptions, timing } from "./lanes.js";
import { createSignals, type Signals } from "./signals.js";

/** Everything that goes between the bots and the workers of one cluster. It carries envelopes and trusts none of them. */
export interface ClusterQueue extends Signals {
  cluster: string;
  /** Stores a job; the envelope's id is the job's id, so storing it twice is storing it once. Throws `queue_unavailable` within 1.6 s. */
  submit(envelope: Envelope, lane: Lane): Promise<void>;
  consume(lane: Lane, how: { concurrency: number; handle: (delivery: Delivery) => Promise<void> }): Consumer;
  /** Stores an outcome, waiting for Redis as long as it takes. */
  reply(queue: string, envelope: Envelope): Promise<void>;
  /** Takes outcomes. A queue other than the bots' own is forgotten with dropReplies(). */
  replies(queue: string, handle: (delivery: Delivery) => Promise<void>): Consumer;
  dropReplies(queue: string): Promise<void>;
  /** Forgets reply queues whose terminal died more than an hour ago. */
  sweepReplies(): Promise<void>;
  close(): Promise<void>;
}

const abandonedAfter = 3_600_000;

/** Opens the queues of one cluster below `<prefix>:<cluster>`. Nothing is taken before consume() or replies(). */
export function createClusterQueue(links: RedisLinks, cluster: string, log: Log): ClusterQueue {
  const prefix = `${links.prefix}:${cluster}`;
  const make = (name: string, connection: RedisLinks["producer"]): Queue => {
    const queue = new Queue(name, { connection, prefix, skipMetasUpdate: true });
    queue.on("error", (error) => log.debug({ queue: name, error: error.message }, "the queue reports a problem"));
    return queue;
  };
  const lanes = {
    reads: make("reads", links.producer),
    changes: make("changes", links.producer),
    orders: make("orders", links.producer),
  };
  const answers = keptQueues((name) => make(name, links.patient));
  const terminals = createStore(links, cluster);
  const dropReplies = async (name: string): Promise<void> => {
    const queue = make(name, links.producer);
    await reached(queue.obliterate({ force: true }), `removing ${name}`, 3000);
    await terminals.move([], [{ unrank: "reply-queues", member: name }]);
    await queue.close();
  };
  return {
    cluster,
    ...createSignals(links, cluster, log),
    async submit(envelope, lane) {
      await reached(lanes[lane].add("job", { envelope }, { ...jobOptions[lane], jobId: envelope.id }), "storing the job");
    },
    consume: (lane, { concurrency, handle }) => take({ links, prefix, log }, { queue: lane, concurrency, handle, options: timing[lane] }),
    async reply(name, envelope) {
      await answers.of(name).add("outcome", { envelope }, { ...replyOptions, jobId: replyId(envelope) });
    },
    replies(name, handle) {
      if (name !== defaultReplies && name !== notices) remember(terminals, name, log);
      return take({ links, prefix, log }, { queue: name, concurrency: 16, handle, options: timing.reads });
    },
    dropReplies,
    async sweepReplies() {
      const due = { now: Date.now() - abandonedAfter, until: Date.now(), limit: 50 };
      for (const name of await terminals.take("reply-queues", due)) await dropReplies(name);
    },
    async close() {
      await Promise.all([...Object.values(lanes).map((lane) => lane.close()), answers.close()]);
    },
  };
}

/** More than the terminals that ask at the same time. */
const mostQueues = 20;

/** Queues that answers go to, each opened once; of more than a few the one that was used longest ago is closed. */
function keptQueues(open: (name: string) => Queue): { of(name: string): Queue; close(): Promise<void> } {
  const kept = new Map<string, Queue>();
  return {
    of(name) {
      const queue = kept.get(name) ?? open(name);
      kept.delete(name);
      kept.set(name, queue);
      const [eldest] = kept;
      if (kept.size > mostQueues && eldest !== undefined) {
        kept.delete(eldest[0]);
        // Its connection is everybody's: what is still being added through it goes on.
        void eldest[1].close();
      }
      return queue;
    },
    async close() {
      await Promise.all([...kept.values()].map((queue) => queue.close()));
    },
  };
}

function remember(terminals: ReturnType<typeof createStore>, name: string, log: Log): void {
  terminals
    .move([], [{ rank: "reply-queues", member: name, at: Date.now() }])
    .catch((error: unknown) => log.warn({ err: error }, "a reply queue was not noted for removal"));
}

/**
 * The same outcome twice is one message. The signature is part of the id: somebody who writes a forgery under a job's id
 * must not keep the worker's own answer out. Which one counts is decided by who opens them.
 */
function replyId(envelope: Envelope): string {
  return `${envelope.id}-${Buffer.from(envelope.sig, "base64").subarray(0, 8).toString("hex")}`;
}
