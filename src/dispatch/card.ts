import type { Change } from "../approvals/record.js";
import type { Command, WorkerCommand } from "../command/define.js";
import { parseWords } from "../command/parse.js";
import { fail, toFailure } from "../contract/failure.js";
import type { Outcome, Progress } from "../contract/outcome.js";
import { type Action, type View, view } from "../contract/view.js";
import { changeCard } from "./changes/card.js";
import { countsOnly, type Named } from "./counts.js";
import { failureView } from "./failure-view.js";
import { joined, type Part } from "./join.js";
import { notAsked } from "./left-out.js";
import type { RequestRecord } from "./record.js";
import { searched } from "./searched.js";
import { soughtBy } from "./sought.js";

/** Everything known about a request when its message is made. */
export interface Known {
  record: RequestRecord;
  /** By job id. */
  answers: ReadonlyMap<string, Outcome>;
  progress: ReadonlyMap<string, Progress>;
  /** The change that came of it. */
  change?: Change | null;
}

export interface Card {
  view: View;
  /** Every job is answered. */
  complete: boolean;
}

/** What to mask for a channel that sees numbers only. */
export type Names = (cluster: string) => Named;

/** The one message of a request, made from what is known right now. */
export function cardOf(known: Known, commands: ReadonlyMap<string, Command>, names: Names): Card {
  const { record, answers } = known;
  const complete = record.jobs.every((job) => answers.has(job.id));
  const card = shown(known, commands, names);
  const view = { ...card, footer: [...card.footer, ...notAsked(record)] };
  return { view: record.private ? { ...view, actions: view.actions.map(inPrivate) } : view, complete };
}

/** Who asked in private does not tell everybody by pressing a button of the answer. */
function inPrivate(action: Action): Action {
  return action.line.endsWith(" --private") ? action : { ...action, line: `${action.line} --private` };
}

function shown(known: Known, commands: ReadonlyMap<string, Command>, names: Names): View {
  const { record } = known;
  if (record.show !== null) return record.detail === "full" ? record.show : countsOnly(record.show, names("*"));
  const command = commands.get(record.command);
  if (command?.on !== "worker") return failureView(fail("internal", `${record.command} is no command of the workers`).failure, null);
  const asked: Part[] = record.jobs.map((job) => partOf(job, known, command));
  const missing: Part[] = record.missing.map(({ cluster, failure }) => ({ cluster, view: failureView(failure, record.line), open: false }));
  const all = [...asked, ...missing];
  const sought = soughtBy(command, known, all);
  if (sought !== null) return record.detail === "full" ? searched(sought) : countsOnly(searched(sought), names("*"));
  const parts = all.map((part) => (record.detail === "full" ? part : { ...part, view: countsOnly(part.view, names(part.cluster)) }));
  return joined(parts);
}

type AskedJob = RequestRecord["jobs"][number];

function partOf(job: AskedJob, known: Known, command: WorkerCommand): Part {
  const outcome = known.answers.get(job.id);
  if (outcome === undefined) return { cluster: job.cluster, view: working(job, known, command), open: true };
  return { cluster: job.cluster, view: answered(job, outcome, { known, command }), open: false };
}

function answered(job: AskedJob, outcome: Outcome, { known, command }: { known: Known; command: WorkerCommand }): View {
  const { record } = known;
  if (!outcome.ok)
    return withFoot(failureView(outcome.failure ?? fail("internal", "no reason was given").failure, record.line), job, outcome);
  try {
    const args = parseWords(command, record.command, record.words);
    const seen = { cluster: job.cluster, line: record.line, job: job.id, started: outcome.started, ended: outcome.ended };
    const card = withFoot(command.render(command.result.parse(outcome.result), seen, args), job, outcome);
    return known.change ? changeCard(known.change, card) : card;
  } catch (error) {
    return withFoot(failureView(toFailure(error), record.line), job, outcome);
  }
}

function withFoot(card: View, job: AskedJob, outcome: Outcome): View {
  if (outcome.worker === "") return card;
  const seconds = ((outcome.ended - outcome.started) / 1000).toFixed(1);
  return { ...card, footer: [...card.footer, `${outcome.worker}, ${seconds} s, id ${job.id}`] };
}

function working(job: AskedJob, known: Known, command: WorkerCommand): View {
  const at = known.progress.get(job.id);
  const phase = command.phases[at?.phase ?? 0] ?? "working";
  const counts = at !== undefined && at.total > 0 ? `: ${at.done} of ${at.total}` : "";
  return view("info", `${phase}${counts}`, `\`${known.record.line}\` on ${job.cluster}`);
}
