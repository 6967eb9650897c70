import { open } from "../contract/envelope.js";
import { toFailure } from "../contract/failure.js";
import { Progress } from "../contract/outcome.js";
import type { Context } from "./context.js";
import { deliver } from "./deliver.js";
import type { KnownCluster } from "./deps.js";
import { requestOf } from "./record.js";

/** Shows how far the jobs are that this bot has announced. Best effort: lost progress is no loss. */
export interface ProgressBoard {
  /** Shows what is heard about these jobs until that time (epoch ms). */
  follow(request: string, jobs: readonly string[], until: number): void;
  hear(cluster: KnownCluster, raw: unknown): void;
  stop(): void;
}

interface Followed {
  jobs: ReadonlySet<string>;
  until: number;
  latest: Map<string, Progress>;
  last: number;
  timer: NodeJS.Timeout | null;
}

/** A board that updates each card at most once per timing.progressEvery. */
export function createBoard(context: Context): ProgressBoard {
  const followed = new Map<string, Followed>();
  const unfollow = (request: string): void => {
    const one = followed.get(request);
    if (one?.timer) clearTimeout(one.timer);
    followed.delete(request);
  };
  const update = async (request: string, one: Followed): Promise<void> => {
    one.timer = null;
    one.last = context.now();
    await deliver(context, request, { progress: one.latest });
  };
  return {
    follow(request, jobs, until) {
      const now = context.now();
      // The oldest come first.
      for (const [id, one] of followed) {
        if (one.until >= now) break;
        unfollow(id);
      }
      followed.set(request, { jobs: new Set(jobs), until, latest: new Map(), last: context.now(), timer: null });
    },
    hear(cluster, raw) {
      const progress = believed(context, cluster, raw);
      if (progress === null) return;
      const request = requestOf(progress.job);
      const one = followed.get(request);
      if (!one?.jobs.has(progress.job)) return;
      one.latest.set(progress.job, progress);
      one.timer ??= setTimeout(
        () => {
          update(request, one).catch((error: unknown) => context.log.debug({ request, err: error }, "progress was not shown"));
        },
        Math.max(0, one.last + context.timing.progressEvery - context.now()),
      );
    },
    stop() {
      for (const id of followed.keys()) unfollow(id);
    },
  };
}

function believed(context: Context, cluster: KnownCluster, raw: unknown): Progress | null {
  try {
    const { envelope, value } = open(raw, Progress, {
      kind: "progress",
      cluster: cluster.name,
      keys: cluster.workerKeys,
      now: context.now(),
    });
    return envelope.id === value.job ? value : null;
  } catch (error) {
    context.log.warn({ cluster: cluster.name, failure: toFailure(error) }, "a progress message was not believed");
    return null;
  }
}
