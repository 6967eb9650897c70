import type { JobEntry } from "../command/desk.js";
import { type Actor, actorId } from "../contract/actor.js";
import { Outcome } from "../contract/outcome.js";
import type { Context } from "./context.js";
import { presenceOf } from "./presence.js";
import { keys, RequestRecord, recordLife } from "./record.js";

/** More than this many requests are not looked at; the newest are. */
const mostRequests = 300;

/** Who looks, and from where. */
export interface Looking {
  actor: Actor;
  channel: string | null;
}

interface Asked {
  record: RequestRecord;
  job: RequestRecord["jobs"][number];
}

/** Jobs of the clusters that answer where somebody looks, newest first. Told is only what a bot or a worker has signed. */
export async function jobsSeen(context: Context, { actor, channel }: Looking): Promise<JobEntry[]> {
  const seen = context.standing(actor, channel).clusters;
  const asked = (await records(context)).flatMap((record) => record.jobs.map((job) => ({ record, job })));
  const shown = asked.filter(({ job }) => seen.includes(job.cluster));
  const answers = await context.state.getAll(shown.map(({ job }) => keys.answer(job.id)));
  const running = await runningAt(context, seen);
  return shown.map((one, index) => {
    const outcome = context.vault.open(keys.answer(one.job.id), answers[index] ?? null, Outcome);
    return entry(one, outcome, { worker: running.get(one.job.id) ?? null, now: context.now() });
  });
}

async function records(context: Context): Promise<RequestRecord[]> {
  const ids = (await context.state.since(keys.asked, context.now() - recordLife)).slice(-mostRequests).toReversed();
  const texts = await context.state.getAll(ids.map(keys.request));
  return ids.flatMap((id, index) => {
    const text = texts[index] ?? null;
    const record = text === null || text.startsWith("claim:") ? null : context.vault.open(keys.request(id), text, RequestRecord);
    return record === null ? [] : [record];
  });
}

/** Which worker says that it runs a job. */
async function runningAt(context: Context, clusters: readonly string[]): Promise<Map<string, string>> {
  const asked = context.clusters.filter(({ name }) => clusters.includes(name));
  const alive = await Promise.all(asked.map((cluster) => presenceOf(cluster, context.log, context.now())));
  return new Map(alive.flatMap((one) => one.alive).flatMap(({ worker, jobs }) => jobs.map((job): [string, string] => [job, worker])));
}

function entry({ record, job }: Asked, outcome: Outcome | null, { worker, now }: { worker: string | null; now: number }): JobEntry {
  const { actor, place, line, started } = record;
  return {
    id: job.id,
    line,
    who: (actor.kind === "slack" ? actor.name : undefined) ?? actorId(actor),
    channel: place.kind === "slack" ? place.channel : null,
    cluster: job.cluster,
    ageMs: Math.max(0, now - started),
    state: outcome !== null ? "answered" : worker === null ? "waiting" : "running",
    worker: outcome === null ? worker : outcome.worker === "" ? null : outcome.worker,
    outcome: outcome === null ? null : outcome.ok ? "ok" : (outcome.failure?.code ?? "internal"),
    answeredMs: outcome === null ? null : Math.max(0, now - outcome.ended),
  };
}
