import type { Consumer } from "../queue/consume.js";
import { defaultReplies, notices } from "../queue/lanes.js";
import { accept } from "./answers.js";
import { cancel } from "./cancel.js";
import { hearNews } from "./changes/news.js";
import { changesDue } from "./changes/tick.js";
import { type Context, channelOf, contextOf } from "./context.js";
import type { DispatchDeps } from "./deps.js";
import { formFor, takesDocument, wrongIn } from "./form.js";
import type { Dispatch, Submitted } from "./ports.js";
import { forgetPresence } from "./presence.js";
import { createBoard, type ProgressBoard } from "./progress.js";
import { tryToShow } from "./show.js";
import { type Stored, submit } from "./submit.js";
import { createTurns } from "./turns.js";
import { forgetOld, lateJobs, unrecorded, unshown } from "./watch.js";

/** The use cases with their background work. */
export interface RunningDispatch extends Dispatch {
  /** Takes outcomes and progress, watches deadlines. Call before the first submit(). */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Puts the use cases together. Several bots may run one each on the same state; every request is answered once. */
export function createDispatch(deps: DispatchDeps): RunningDispatch {
  const context = contextOf(deps);
  const board = createBoard(context);
  const background = backgroundOf(context, board);
  const turns = createTurns();
  return {
    submit: (request) => submit(context, request, turns),
    async announce(submitted) {
      await turns.after();
      await announce(context, board, submitted);
    },
    form: (text) => formFor(context, text),
    takesDocument: (text) => takesDocument(context, text),
    wrongIn: (text) => wrongIn(context, text),
    cancel: (id, actor, place) => cancel(context, { id, actor, channel: channelOf(place) }),
    ...background,
  };
}

/** Shows what submit() decided; what cannot be shown now is shown later. Never throws. */
async function announce(context: Context, board: ProgressBoard, submitted: Submitted & Partial<Stored>): Promise<void> {
  const { request, show, onlyFor, jobs } = submitted;
  if (submitted.duplicate) return;
  if (submitted.kept === false) {
    try {
      const mark = { request: request.id, state: "answered" as const };
      const place = request.place.kind === "slack" ? { ...request.place, replaces: null } : request.place;
      await context.deliver.post(place, show, mark, { onlyFor });
    } catch (error) {
      context.log.error({ request: request.id, err: error }, "an answer that is kept nowhere could not be posted");
    }
    return;
  }
  if (jobs.length > 0) board.follow(request.id, jobs, context.now() + 600_000);
  await tryToShow(context, request.id, { taker: request.redelivered === true ? "again" : "new" });
}

function backgroundOf(context: Context, board: ProgressBoard): Pick<RunningDispatch, "start" | "stop"> {
  const consumers: Consumer[] = [];
  const ends: (() => Promise<void>)[] = [];
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const tick = async (): Promise<void> => {
    try {
      await lateJobs(context);
      await unshown(context);
      await unrecorded(context);
      await forgetOld(context);
      if (context.replyTo === defaultReplies) await changesDue(context);
    } catch (error) {
      context.log.warn({ err: error }, "the watch could not look");
    }
    if (!stopped) timer = setTimeout(() => void tick(), context.timing.watchEvery);
  };
  return {
    async start() {
      for (const cluster of context.clusters) {
        const take = async (raw: unknown): Promise<void> => {
          const request = await accept(context, cluster, raw);
          if (request === null) return;
          await tryToShow(context, request);
        };
        consumers.push(cluster.queue.replies(context.replyTo, ({ raw }) => take(raw)));
        ends.push(await cluster.queue.onProgress((raw) => board.hear(cluster, raw)));
        ends.push(await cluster.queue.onUnbeat(() => forgetPresence(cluster)));
        if (context.replyTo !== defaultReplies) continue;
        // A terminal is gone before a change comes to its end: what workers say of changes is heard by the bots.
        consumers.push(cluster.queue.replies(notices, ({ raw }) => hearNews(context, cluster, raw)));
        await cluster.queue.sweepReplies();
      }
      timer = setTimeout(() => void tick(), context.timing.watchAfter);
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      board.stop();
      await Promise.all([...consumers.map((consumer) => consumer.close(3000)), ...ends.map((end) => end())]);
      await context.settled();
      await context.ledger.drain();
      if (context.replyTo === defaultReplies) return;
      const drop = context.clusters.map((cluster) => cluster.queue.dropReplies(context.replyTo));
      for (const result of await Promise.allSettled(drop))
        if (result.status === "rejected") context.log.warn({ err: result.reason }, "a reply queue was not removed");
    },
  };
}
