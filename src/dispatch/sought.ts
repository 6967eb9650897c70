import type { Search, WorkerCommand } from "../command/define.js";
import { parseWords } from "../command/parse.js";
import type { Outcome } from "../contract/outcome.js";
import type { Action } from "../contract/view.js";
import type { Part } from "./join.js";
import type { RequestRecord } from "./record.js";
import type { Sought } from "./searched.js";

/** A request and its answers by job id. */
interface Asked {
  record: RequestRecord;
  answers: ReadonlyMap<string, Outcome>;
}

/**
 * The parts as those of a search by name, when the line was one, named no cluster and went to several, and all have answered; else null.
 * Who writes `--cluster all` wants them all, one below the other.
 */
export function soughtBy(command: WorkerCommand, known: Asked, parts: readonly Part[]): Sought[] | null {
  const { record } = known;
  const { search } = command;
  const several = parts.length > 1 && !/ --cluster /.test(record.line) && parts.every(({ open }) => !open);
  if (search === undefined || !several || !search.names(argsOf(command, record))) return null;
  const outcomes = new Map(record.jobs.map((job) => [job.cluster, known.answers.get(job.id)]));
  return parts.map((part) => ({
    ...part,
    view: { ...part.view, actions: part.view.actions.map((action) => within(action, part.cluster, record.line)) },
    found: foundIn(command, search, outcomes.get(part.cluster)),
    line: `${record.line} --cluster ${part.cluster}`,
  }));
}

/** As they were typed; a bot of another version may not understand them any more, and then nothing was named. */
function argsOf(command: WorkerCommand, { command: name, words }: RequestRecord): Record<string, unknown> {
  try {
    return parseWords(command, name, words);
  } catch {
    return {};
  }
}

function foundIn({ result }: WorkerCommand, search: Search<unknown, unknown>, outcome: Outcome | undefined): boolean | null {
  if (outcome === undefined) return null;
  if (!outcome.ok) return outcome.failure?.code === "not_found" ? false : outcome.failure?.code === "ambiguous" ? true : null;
  const answer = result.safeParse(outcome.result);
  return answer.success ? search.found(answer.data) : null;
}

/** A button of one cluster's answer asks that cluster; Refresh searches them all again. */
function within(action: Action, cluster: string, line: string): Action {
  const free = action.line === line || / --cluster /.test(action.line) || /^(raw|whoami|help)\b/.test(action.line);
  return free ? action : { ...action, line: `${action.line} --cluster ${cluster}` };
}
