import { News } from "../../contract/change.js";
import { open } from "../../contract/envelope.js";
import { toFailure } from "../../contract/failure.js";
import type { Context } from "../context.js";
import type { KnownCluster } from "../deps.js";
import { followUp } from "./after.js";

/** Takes what a worker says of a change. Forged, altered, repeated, or of a change nobody knows: logged, and nothing else. Throws only when Redis is away. */
export async function hearNews(context: Context, cluster: KnownCluster, raw: unknown): Promise<void> {
  let news: News;
  try {
    const opened = open(raw, News, { kind: "notice", cluster: cluster.name, keys: cluster.workerKeys, now: context.now() });
    news = opened.value;
  } catch (error) {
    context.log.warn({ cluster: cluster.name, failure: toFailure(error) }, "news of a worker were not believed");
    return;
  }
  const log = context.log.child({ change: news.change, cluster: cluster.name, worker: news.worker });
  const known = await context.approvals.get(news.change);
  if (known === null || known.cluster !== cluster.name) {
    log.warn({}, "news of a change that nobody knows");
    return;
  }
  const { change, moved, refused } = await context.approvals.act(news.change, { kind: "news", news });
  if (refused !== null) log.warn({ failure: refused, state: news.state }, "news of a change do not fit");
  if (!moved) return;
  log.info({ state: change.state }, "a change moved");
  await followUp(context, change);
}
