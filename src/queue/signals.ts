import type { Envelope } from "../contract/envelope.js";
import type { Log } from "../log/log.js";
import { createBus } from "../redis/bus.js";
import type { RedisLinks } from "../redis/connect.js";
import { createStore } from "../redis/store.js";

type Hear = (raw: unknown) => void;
type End = () => Promise<void>;

/** What crosses a cluster's Redis beside the queues: cancels, progress, signs of life. Values are foreign: signed, to be opened. */
export interface Signals {
  /** Reaches the worker that runs the job, and also one that only starts it later. */
  cancel(job: string, envelope: Envelope): Promise<void>;
  /** The cancel kept for a job, or null. */
  cancelled(job: string): Promise<unknown>;
  onCancel(hear: Hear): Promise<End>;
  progress(envelope: Envelope): Promise<void>;
  onProgress(hear: Hear): Promise<End>;
  /** A sign of life; it counts for `heartbeatLife` ms. */
  beat(worker: string, envelope: Envelope): Promise<void>;
  /** Takes the sign back, so that a worker which stopped is not asked any more. */
  unbeat(worker: string): Promise<void>;
  beats(): Promise<unknown[]>;
  /** Hears that a worker took its sign back; anybody may have said so, beats() tells who is there. */
  onUnbeat(hear: () => void): Promise<End>;
}

export const heartbeatEvery = 5000;
export const heartbeatLife = 15_000;
const cancelLife = 15 * 60_000;

/** The signals of one cluster. */
export function createSignals(links: RedisLinks, cluster: string, log: Log): Signals {
  const store = createStore(links, cluster);
  const bus = createBus(links, cluster);
  let lastBeating: string[] = [];
  const listen = (channel: string, hear: Hear): Promise<End> => bus.subscribe(channel, (text) => hear(parsed(text, log)));
  return {
    async cancel(job, envelope) {
      const text = JSON.stringify(envelope);
      await store.put(`cancel:${job}`, text, cancelLife);
      await bus.publish("cancel", text);
    },
    async cancelled(job) {
      const text = await store.get(`cancel:${job}`);
      return text === null ? null : parsed(text, log);
    },
    onCancel: (hear) => listen("cancel", hear),
    progress: (envelope) => bus.publish("progress", JSON.stringify(envelope)),
    onProgress: (hear) => listen("progress", hear),
    async beat(worker, envelope) {
      await store.move(
        [],
        [
          { set: `heartbeat:${worker}`, value: JSON.stringify(envelope), ttl: heartbeatLife },
          { rank: "workers", member: worker, at: Date.now() },
        ],
      );
    },
    async unbeat(worker) {
      await store.move([], [{ drop: `heartbeat:${worker}` }, { unrank: "workers", member: worker }]);
      await bus.publish("unbeat", JSON.stringify({ worker }));
    },
    onUnbeat: (hear) => listen("unbeat", () => hear()),
    async beats() {
      // The ranked set is only an index and written by another clock; whether the key still lives decides.
      // Those of the last time are read along with it: workers seldom come and go, and this stands before every job.
      const guessed = lastBeating;
      const signs = (workers: readonly string[]): Promise<(string | null)[]> =>
        store.getAll(workers.map((worker) => `heartbeat:${worker}`));
      const [workers, guess] = await Promise.all([store.since("workers", Date.now() - 3_600_000), signs(guessed)]);
      lastBeating = workers;
      const texts = workers.join(" ") === guessed.join(" ") ? guess : await signs(workers);
      return texts.filter((text) => text !== null).map((text) => parsed(text, log));
    },
  };
}

function parsed(text: string, log: Log): unknown {
  try {
    return JSON.parse(text);
  } catch {
    log.warn({ bytes: text.length }, "a message in redis is not json");
    return null;
  }
}
