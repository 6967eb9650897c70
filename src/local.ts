import { randomUUID } from "node:crypto";
import { userInfo } from "node:os";
import { open, placeOf } from "../workers/changing.js";
import { drop } from "../workers/journal/drop.js";
import { type JournalPlace, journalFile } from "../workers/journal/journal.js";
import { lookInto } from "../workers/journal/read.js";
import { type ChangeRecord, fatesOf, isOpen, isStanding, stateOf } from "../workers/journal/record.js";
import { toolsOf } from "../workers/tools.js";
import { loadConfig } from "./config/load.js";
import { servedBy } from "./config/served.js";
import type { ClusterConfig, WorkerConfig } from "./config/valid.js";
import { actorId } from "./contract/actor.js";
import type { Order } from "./contract/change.js";
import { FailureError, fail } from "./contract/failure.js";
import { type Light, type View, view } from "./contract/view.js";
import { createLog, type Log } from "./log/log.js";
import { renderText } from "./text/render.js";

/** Which worker's journal, and how it is told. */
export interface LocalAsked {
  cluster: string | null;
  json: boolean;
}

interface Here {
  cluster: ClusterConfig;
  worker: WorkerConfig;
  state: string;
  place: JournalPlace;
}

async function hereOf(file: string, name: string | null): Promise<Here> {
  const config = await loadConfig({ file, role: "worker", cluster: name });
  const { cluster, worker } = servedBy(config.clusters, name);
  if (worker.changes === null || config.state === null)
    throw fail("usage", `the worker of ${cluster.name} changes nothing, so it has no journal`, {
      hint: "this is for the machine of a worker with `changes:`",
    });
  return { cluster, worker, state: config.state, place: placeOf(config.state, cluster.name, worker.id) };
}

/** `calico-chatops local status`: the open changes by the journal of this machine's worker. Needs neither Redis nor Slack nor the worker. */
export async function localStatus(file: string, { cluster, json }: LocalAsked): Promise<number> {
  const here = await hereOf(file, cluster);
  const state = await lookInto(journalFile(here.place));
  const open = [...(state?.changes.values() ?? [])].filter(isOpen);
  const freeze = state?.freeze && state.freeze.until > Date.now() ? state.freeze : null;
  if (json) process.stdout.write(`${JSON.stringify({ cluster: here.cluster.name, freeze, open: open.map(told) })}\n`);
  else print(page(here.cluster.name, open, freeze === null ? [] : [`frozen until ${clock(freeze.until)}: ${freeze.why}`]));
  return 0;
}

/** `calico-chatops local revert ID`: by the worker that runs here, or by this process if none does. Exit code 0 = it is put back. */
export async function localRevert(file: string, id: string, { cluster, json }: LocalAsked): Promise<number> {
  const here = await hereOf(file, cluster);
  const record = await recordOf(here, id);
  if (!isStanding(record))
    throw fail("conflict", `${id} is ${stateOf(record)}, so there is nothing to revert`, { hint: "see `local status`" });
  const actor = { kind: "local" as const, user: userInfo().username };
  const order: Order = { v: 1, id: `local-${randomUUID()}`, change: id, want: "revert", by: 0, actor, at: Date.now() };
  const end = await byThisProcess(here, order).catch(async (error: unknown) => {
    if (!(error instanceof FailureError) || error.failure.code !== "busy") throw error;
    await drop(here.place, order);
    return settled(here, id);
  });
  if (json) process.stdout.write(`${JSON.stringify(told(end))}\n`);
  else print(page(here.cluster.name, [end], []));
  return stateOf(end) === "reverted" ? 0 : 1;
}

async function recordOf({ place }: Here, id: string): Promise<ChangeRecord> {
  const record = (await lookInto(journalFile(place)))?.changes.get(id);
  if (record === undefined)
    throw fail("not_found", `the journal of this worker has no change ${id}`, {
      hint: "`calico-chatops local status` lists the open ones",
    });
  return record;
}

/** Ctrl-C ends the waiting, not what is being done. Ms. */
const patience = 120_000;

async function settled(here: Here, id: string): Promise<ChangeRecord> {
  for (const until = Date.now() + patience; ; ) {
    const record = await recordOf(here, id);
    if (!isOpen(record) || Date.now() > until) return record;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

/** Throws `busy` when a worker has the journal. What is told of it reaches the bots when the worker is started. */
async function byThisProcess({ cluster, worker, state, place }: Here, order: Order): Promise<ChangeRecord> {
  const log: Log = createLog({ level: "error" });
  const tools = toolsOf(cluster, worker, log);
  try {
    const { changer, journal } = await open({ config: cluster, worker, state, tools, log }, () => Promise.resolve());
    changer.start();
    await changer.obey(order);
    const record = await settled({ cluster, worker, state, place }, order.change);
    await changer.stop();
    await journal.close();
    return record;
  } finally {
    tools.close();
  }
}

const clock = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

const told = (record: ChangeRecord) => ({
  id: record.plan.id,
  state: stateOf(record),
  line: record.plan.line,
  requester: actorId(record.plan.requester),
  ends: isOpen(record) ? record.deadline : null,
  objects: fatesOf(record),
  note: record.news?.note ?? null,
});

function page(cluster: string, records: readonly ChangeRecord[], notes: string[]): View {
  const light = (record: ChangeRecord): Light => (/conflict|partly|failed|uncertain/.test(stateOf(record)) ? "bad" : "info");
  const card = view(
    "info",
    records.length === 0 ? `${cluster}: no open change` : `${cluster}: ${records.length} change${records.length === 1 ? "" : "s"}`,
  );
  const lines = records.map((record) => {
    const { id, state, line, requester, ends, objects, note } = told(record);
    const end = ends === null ? "" : `, put back ${clock(ends)} unless somebody keeps it`;
    const detail = [...objects.map(({ subject, fate, note: why }) => `${subject}: ${fate}${why === null ? "" : `, ${why}`}`)];
    return {
      light: light(record),
      text: `${id} ${state}${end}: ${line} (${requester})`,
      detail: note === null ? detail : [...detail, note],
    };
  });
  card.sections.push({ kind: "lines", lines: [...notes.map((text) => ({ light: "warn" as const, text })), ...lines] });
  return card;
}

function print(card: View): void {
  process.stdout.write(renderText(card, { color: process.stdout.isTTY, width: process.stdout.columns ?? 120 }));
}
