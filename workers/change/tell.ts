import type { ChangeState, News } from "../../src/contract/change.js";
import { seal } from "../../src/contract/envelope.js";
import { toFailure } from "../../src/contract/failure.js";
import type { UsedId } from "../journal/entry.js";
import { type ChangeRecord, fatesOf, isOpen } from "../journal/record.js";
import type { Context } from "./context.js";

/** What is new; what is not named stays as it was told before. */
export interface Told {
  state: ChangeState;
  note?: string | null;
  inForce?: News["inForce"];
  watched?: News["watched"];
  /** Moves its end. */
  deadline?: number;
  used?: UsedId[];
  /** Only if the change is like this when its turn has come. */
  when?: (record: ChangeRecord) => boolean;
}

/** A bot that was away so long asks the journal's truth again after the worker's next start. */
const newsLife = 24 * 3_600_000;
/** News of closed changes that are told again after a start, ms. */
const recent = 3_600_000;

/** Writes down what a change has come to and tells it; null = it was not so any more. */
export async function tell(context: Context, change: string, told: Told): Promise<News | null> {
  const { journal, log, now } = context;
  // What is told of a change can be found out again: it is told even if the disk does not take it.
  const entry = await journal.append(
    ({ changes }) => {
      const record = changes.get(change);
      if (record === undefined || told.when?.(record) === false) return null;
      const { deadline, used = [] } = told;
      const news = newsOf(context, record, told);
      return { t: "news" as const, at: now(), news, used, ...(deadline === undefined ? {} : { deadline }) };
    },
    { anyway: true },
  );
  if (entry === null) return null;
  log.info({ change, state: entry.news.state, note: entry.news.note, objects: entry.news.objects }, "a change has come to a state");
  send(context, entry.news);
  return entry.news;
}

const standing = new Set<ChangeState>(["running", "applied", "uncertain"]);

function newsOf({ cluster, worker, now }: Context, record: ChangeRecord, told: Told): News {
  const { plan, news } = record;
  const ends = standing.has(told.state) ? (told.deadline ?? record.deadline) : null;
  return {
    v: 1,
    change: plan.id,
    revision: plan.revision,
    cluster: cluster.name,
    worker,
    seq: (news?.seq ?? 0) + 1,
    state: told.state,
    at: now(),
    ends,
    objects: fatesOf(record),
    inForce: told.inForce === undefined ? (news?.inForce ?? null) : told.inForce,
    watched: told.watched === undefined ? (news?.watched ?? null) : told.watched,
    note: (told.note === undefined && told.state === news?.state ? news.note : told.note)?.slice(0, 2000) ?? null,
  };
}

/** Gives news to the bots; what does not arrive is told again after the next start. */
export function send(context: Context, news: News): void {
  const { cluster, worker, signingKey, log, now } = context;
  const what = {
    kind: "notice" as const,
    id: `${news.change}-${news.seq}`,
    cluster: cluster.name,
    actor: `worker:${worker}`,
    ttl: newsLife,
    payload: news,
  };
  context
    .send(seal(what, signingKey, now()))
    .catch((error: unknown) => log.warn({ change: news.change, failure: toFailure(error) }, "news of a change was not given to the bots"));
}

/** After a start: what was told last of open changes, and of those that were closed a short while ago. */
export function tellAgain(context: Context): void {
  for (const record of context.journal.state.changes.values()) {
    const { news } = record;
    if (news !== null && (isOpen(record) || news.at > context.now() - recent)) send(context, news);
  }
}
