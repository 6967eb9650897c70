import type { Range } from "../../src/cluster/etcd.js";
import type { History } from "../../src/cluster/history.js";
import { fail, toFailure } from "../../src/contract/failure.js";
import type { Source } from "../etcd/source.js";
import { copied, type Found, type Held, hold } from "./held.js";
import { Chronicle } from "./history/chronicle.js";
import { createKeyspace } from "./keyspace.js";
import type { CopyState } from "./question.js";

/** A copy of Calico's keys that follows etcd. */
export interface Copy {
  /** Ranges at one revision, no older than the question; fails when that cannot be proven within so many ms. */
  read(ranges: readonly Range[], within: number): Promise<Found>;
  state(): CopyState;
  /** What was seen to happen since then (epoch ms), also while there is no copy. */
  history(since: number): History;
  stop(): void;
}

export type News = (level: "debug" | "info" | "warn", text: string, fields: Record<string, unknown>) => void;

export interface Copying {
  /** A member of etcd; the next one each time. */
  open(attempt: number): Source;
  news: News;
  /** Between two looks at etcd while nothing is asked. */
  every?: number;
  /** Wait before the next attempt: it doubles from the first to the second. */
  waits?: readonly [number, number];
}

/** A copy that was whole for so long was well: the next attempt need not wait. */
const lasting = 60_000;
/** Looks that may find the copy behind, one after the other, before it is made anew: a watch that fell silent does not say so. */
const patience = 5;

/** Lists, follows, and begins anew after every mishap. */
export function createCopy(copying: Copying): Copy {
  const copier = new Copier(copying);
  void copier.run();
  return copier;
}

class Copier implements Copy {
  private held: Held | null = null;
  private phase: CopyState["phase"] = "waiting";
  private confirmed: number | null = null;
  private staleSince: number | null = null;
  private trouble: string | null = null;
  private lists = 0;
  private stopped = false;
  private behind = 0;
  /** Whether everything is watched: then every revision of etcd brings a change, and the copy is never behind for lack of one. */
  private everything = true;
  /** Ends the current copy. */
  private lose: (why: unknown) => void = () => {};
  private wake: () => void = () => {};
  private readonly chronicle = new Chronicle(Date.now);

  constructor(private readonly copying: Copying) {}

  async read(ranges: readonly Range[], within: number): Promise<Found> {
    if (this.held === null) throw fail("busy", this.trouble ?? "etcd's keys are still being listed");
    const found = await this.held.find(ranges, this.everything ? within : Math.min(within, 50));
    this.confirm(found.at);
    return found;
  }

  state(): CopyState {
    const { phase, held, confirmed, staleSince, trouble, lists } = this;
    const size = { revision: held?.revision ?? 0, keys: held?.keys.size ?? 0, length: held?.keys.length ?? 0 };
    const { heapUsed } = process.memoryUsage();
    return { phase, ...size, age: confirmed === null ? null : Date.now() - confirmed, staleSince, trouble, lists, heap: heapUsed };
  }

  history(since: number): History {
    return this.chronicle.since(since, this.trouble);
  }

  stop(): void {
    this.stopped = true;
    this.wake();
    this.lose(fail("cancelled", "the copy is not needed any more"));
  }

  async run(): Promise<void> {
    const [shortest, longest] = this.copying.waits ?? [500, 15_000];
    for (let [attempt, wait] = [0, shortest]; !this.stopped; attempt++) {
      const began = Date.now();
      await this.once(this.copying.open(attempt));
      wait = Date.now() - began > lasting ? shortest : Math.min(wait * 2, longest);
      if (!this.stopped) await this.pause(wait / 2 + Math.random() * (wait / 2));
    }
  }

  /** From the listing to the mishap. */
  private async once(source: Source): Promise<void> {
    try {
      await this.follow(source, await this.list(source));
    } catch (error) {
      this.doubt(error);
      const text = "the copy of etcd is lost and is made anew; meanwhile answers are read from etcd itself";
      if (!this.stopped) this.copying.news("warn", text, { endpoint: source.endpoint, why: this.trouble });
    } finally {
      this.held?.drop();
      this.chronicle.lost(this.confirmed);
      [this.held, this.phase, this.behind] = [null, "away", 0];
      source.close();
    }
  }

  private async list(source: Source): Promise<Held> {
    this.phase = "listing";
    const [keys, began] = [createKeyspace(), Date.now()];
    const { revision, cluster } = await source.list(copied, (kvs) => {
      if (this.stopped) throw fail("cancelled", "the copy is not needed any more");
      for (const kv of kvs) keys.put(kv);
    });
    this.lists++;
    const fields = { endpoint: source.endpoint, keys: keys.size, length: keys.length, revision, ms: Date.now() - began };
    this.copying.news("info", "etcd's keys are copied", fields);
    this.chronicle.listed(keys);
    const changed = this.chronicle.changed.bind(this.chronicle);
    return hold({ source, keys, revision, cluster, replaced: (why) => this.lose(why), changed });
  }

  /** Until something goes wrong, which it throws. */
  private async follow(source: Source, held: Held): Promise<void> {
    let [stop, beat]: [() => void, NodeJS.Timeout | undefined] = [() => {}, undefined];
    try {
      await new Promise((_, reject) => {
        this.lose = reject;
        const scope = { prefix: this.everything ? null : copied, from: held.revision + 1 };
        stop = source.follow(scope, {
          changed: (changes, revision) => held.apply(changes, revision),
          ended: (why, denied) => {
            if (denied) this.everything = false;
            reject(why);
          },
        });
        [this.held, this.phase] = [held, "complete"];
        beat = setInterval(() => void this.look(held), this.copying.every ?? 1000);
        void this.look(held);
      });
    } finally {
      clearInterval(beat);
      stop();
    }
  }

  /** Silence is not taken for freshness: etcd is asked, and a copy that stays behind is given up. */
  private async look(held: Held): Promise<void> {
    try {
      this.confirm(await held.prove(1000));
    } catch (error) {
      if (this.held !== held) return;
      this.doubt(error);
      // Below a prefix only, others' writes move etcd on and no change ever tells.
      const others = !this.everything && toFailure(error).code === "busy";
      if (!others && ++this.behind >= patience) this.lose(error);
    }
  }

  private confirm(at: number): void {
    this.confirmed = Math.max(this.confirmed ?? 0, at);
    [this.staleSince, this.trouble, this.behind] = [null, null, 0];
  }

  private doubt(why: unknown): void {
    this.staleSince ??= this.confirmed ?? Date.now();
    this.trouble = toFailure(why).message;
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
