import { type Failure, fail } from "../contract/failure.js";
import type { Log } from "../log/log.js";
import type { ChangeEvent } from "./event.js";
import { decide } from "./machine.js";
import type { Change } from "./record.js";
import type { Records } from "./records.js";
import type { Decided } from "./step.js";

export type Act = (id: string, event: ChangeEvent) => Promise<Decided>;

interface Waiting {
  event: ChangeEvent;
  decided: (result: Decided) => void;
  failed: (error: unknown) => void;
}

/** As often is a record read and replaced anew when other bots were quicker. */
const mostTries = 25;
/** Events of one write. */
const mostAtOnce = 200;

interface Deps {
  records: Records;
  now: () => number;
  log: Log;
}

/**
 * Moves changes. Every event is decided on what lies in Redis, and written only if that still lies there; events of one change that come
 * while one of them is being stored are decided one after the other and go together in the next write.
 */
export function createActing(deps: Deps): Act {
  const lines = new Map<string, Waiting[]>();
  const run = async (id: string, line: Waiting[]): Promise<void> => {
    while (line.length > 0) {
      const batch = line.splice(0, mostAtOnce);
      try {
        const results = await settle(deps, id, batch);
        batch.forEach(({ decided, failed }, index) => (results[index] ? decided(results[index]) : failed(fail("internal", "no decision"))));
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    lines.delete(id);
  };
  return (id, event) =>
    new Promise((decided, failed) => {
      const line = lines.get(id);
      const one = { event, decided, failed };
      if (line !== undefined) return void line.push(one);
      const begun = [one];
      lines.set(id, begun);
      void run(id, begun);
    });
}

async function settle({ records, now, log }: Deps, id: string, batch: readonly Waiting[]): Promise<Decided[]> {
  for (let tries = 1; tries <= mostTries; tries++) {
    const before = await records.read(id);
    if (before === null) throw await records.missing(id);
    const results = decideAll(before.change, batch, now());
    const last = results.at(-1)?.change ?? before.change;
    if (last === before.change || (await records.replace(before, last))) {
      tellLog(log, before.change, { batch, results });
      return results;
    }
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 3 * tries));
  }
  throw fail("queue_unavailable", `${id} is being moved by too many at once; nothing was stored`);
}

function decideAll(first: Change, batch: readonly Waiting[], now: number): Decided[] {
  let change = first;
  return batch.map(({ event }) => {
    const result = decide(change, event, now);
    change = result.change;
    return result;
  });
}

function tellLog(log: Log, before: Change, { batch, results }: { batch: readonly Waiting[]; results: readonly Decided[] }): void {
  let from = before.state;
  results.forEach(({ change, moved, refused }, index) => {
    const event = batch[index]?.event.kind;
    if (moved) log.info({ change: change.id, event, from, to: change.state, turn: change.turn }, "a change moved");
    if (refused !== null) tellRefusal(log, { change: change.id, event, state: change.state }, refused);
    from = change.state;
  });
}

/** A click that comes too late is everyday; a worker that says what cannot be is not. */
function tellRefusal(log: Log, fields: { change: string; event: string | undefined; state: string }, refused: Failure): void {
  if (fields.event === "news") log.error({ ...fields, failure: refused }, "a worker says of a change what cannot be");
  else log.info({ ...fields, failure: refused }, "a change did not move as asked");
}
