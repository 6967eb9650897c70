import type { Done } from "../../src/command/define.js";
import type { Approval, Order } from "../../src/contract/change.js";
import { toFailure } from "../../src/contract/failure.js";
import type { Job } from "../../src/contract/job.js";
import type { Plan } from "../../src/contract/plan.js";
import type { UsedId } from "../journal/entry.js";
import type { Journal } from "../journal/journal.js";
import { type ChangeRecord, isOpen, isStanding, stateOf } from "../journal/record.js";
import { apply, resume } from "./apply.js";
import { putBack } from "./back.js";
import { type ChangerDeps, type Context, contextOf } from "./context.js";
import { end, freezeIn, obey, orderIn } from "./orders.js";
import { staleBy } from "./stale.js";
import { send, tell, tellAgain } from "./tell.js";
import { createTurns, type Turns } from "./turns.js";
import { type Verified, verify } from "./verify.js";
import { watchOver } from "./watch.js";

/** Applies approved changes at most once, and puts each back at its end unless somebody keeps it. */
export interface Changer {
  /** Takes up what a former process has left; comes back before that is done. */
  start(): void;
  /** Lets a step that runs end, and leaves everything else as the journal has it. */
  stop(): Promise<void>;
  /** A signed job of the phase `run`, which is not run when it came too `late`; comes back when the change is applied or has failed. */
  run(job: Job, approval: Approval, late?: boolean): Promise<void>;
  /** A signed `keep`: comes back when it is on disk. */
  order(raw: unknown): Promise<void>;
  /** A signed `freeze`. */
  freeze(raw: unknown): Promise<void>;
  /** An order of whoever is on this machine. */
  obey(order: Order): Promise<void>;
  /** Changes that were made, newest first. */
  done(): readonly Done[];
}

export function createChanger(deps: ChangerDeps): Changer {
  const context = contextOf(deps);
  const turns = createTurns(context);
  const { journal, log, now, closing, timing } = context;
  let timer: NodeJS.Timeout | undefined;
  return {
    start() {
      tellAgain(context);
      for (const record of opened(context)) void takeUp(context, turns, record.plan);
      timer = setInterval(() => endOverdue(context, turns), timing.tick);
    },
    async stop() {
      clearInterval(timer);
      const late = setTimeout(() => closing.abort(), timing.stopWithin);
      await turns.ended();
      clearTimeout(late);
      closing.abort();
    },
    run: (job, approval, late = false) => run(context, turns, { job, approval, late }),
    async order(raw) {
      const told = orderIn(context, raw);
      if (told !== null) await ordered(context, turns, { order: told.order, used: [told.used] });
    },
    async freeze(raw) {
      const told = freezeIn(context, raw);
      if (told === null) return;
      await journal.append(() => ({ t: "freeze", at: now(), freeze: told.freeze, used: [told.used] }));
      log.info({ until: told.freeze.until, why: told.freeze.why }, "changes are frozen, or not any more");
    },
    async obey(order) {
      const id = `order:${order.id}`;
      if (!journal.state.used.has(id)) await ordered(context, turns, { order, used: [{ id, until: now() + 86_400_000 }] });
    },
    done: () => [...journal.state.changes.values()].toReversed().map(doneOf),
  };
}

const opened = ({ journal }: Context): ChangeRecord[] => [...journal.state.changes.values()].filter(isOpen);

const doneOf = (record: ChangeRecord): Done => ({
  plan: record.plan,
  state: stateOf(record),
  at: record.news?.at ?? record.claimed,
});

interface Asked {
  job: Job;
  approval: Approval;
  late: boolean;
}

async function run(context: Context, turns: Turns, asked: Asked): Promise<void> {
  const verified = believed(context, asked);
  if (verified === null || !(await claim(context, verified))) return;
  const { plan, refused } = verified;
  await turns.take(plan.id, async () => {
    const why = refused ?? (await staleBy(context, plan));
    if (why !== null) await tell(context, plan.id, { state: why.state, note: why.why });
    else await apply(context, plan);
  });
  void watch(context, turns, plan);
}

/** Put back at once when too much is lost. */
function watch(context: Context, turns: Turns, plan: Plan): Promise<void> {
  return watchOver(context, plan, (why) => {
    void turns.take(plan.id, async () => {
      if (await end(context, plan.id, { why })) await putBack(context, plan.id);
    });
  });
}

async function takeUp(context: Context, turns: Turns, plan: Plan): Promise<void> {
  // What went wrong is in the log; the next start takes it up again.
  await turns.take(plan.id, () => resume(context, plan)).catch(() => undefined);
  await watch(context, turns, plan);
}

/** Null = not genuine, or come again: nothing is run. */
function believed(context: Context, { job, approval, late }: Asked): Verified | null {
  const { journal, log } = context;
  try {
    const verified = verify(context, job, approval);
    const { id } = verified.plan;
    const again = [`job:${job.id}`, `plan:${id}`].some((one) => journal.state.used.has(one)) || journal.state.changes.has(id);
    const tooLate = { state: "expired" as const, why: "nobody waited for it any more when the worker got it" };
    if (!again) return late ? { ...verified, refused: tooLate } : verified;
    log.warn({ job: job.id, change: id }, "a change came again and is not run");
    const news = journal.state.changes.get(id)?.news;
    if (news) send(context, news);
  } catch (error) {
    log.warn({ job: job.id, failure: toFailure(error) }, "a change was not believed and is not run");
  }
  return null;
}

/** False = another job had it first, or the disk does not take it. */
async function claim(context: Context, { plan, emergency, used }: Verified): Promise<boolean> {
  const { journal, now, log } = context;
  const make = ({ changes, used: known }: Journal["state"]) =>
    changes.has(plan.id) || used.some(({ id }) => !id.startsWith("vote:") && known.has(id))
      ? null
      : { t: "claimed" as const, at: now(), plan, emergency, used };
  try {
    return (await journal.append(make)) !== null;
  } catch (error) {
    log.error({ change: plan.id, err: error }, "a change could not be written down and is not run");
    await journal.append(make, { anyway: true });
    await tell(context, plan.id, { state: "failed", note: `nothing was changed: ${toFailure(error).message}` });
    return false;
  }
}

async function ordered(context: Context, turns: Turns, { order, used }: { order: Order; used: UsedId[] }): Promise<void> {
  // What is being put back is not waited for: it may take until etcd is back.
  const record = context.journal.state.changes.get(order.change);
  const work = (): Promise<boolean> => obey(context, order, used);
  const wait = record !== undefined && isOpen(record) && record.ending === null;
  if (wait ? await turns.take(order.change, work) : await work()) void turns.take(order.change, () => putBack(context, order.change));
}

/** What undoes another change is kept when nobody wanted it reverted. */
const stay = (context: Context, { id }: Plan): Promise<unknown> =>
  tell(context, id, { state: "kept", note: "nobody wanted it reverted", when: isStanding });

/** Changes whose time is over are put back, and those of which putting back broke off. */
function endOverdue(context: Context, turns: Turns): void {
  for (const record of opened(context)) {
    const { plan, deadline, ending } = record;
    const overdue = isStanding(record) && deadline !== null && deadline <= context.now();
    if ((!overdue && ending === null) || turns.busy(plan.id)) continue;
    const why = plan.terms.ends === "expiry" ? "its time was over" : "nobody kept it in time";
    void turns.take(plan.id, async () => {
      if (ending === null && plan.terms.ends === "stays") return void (await stay(context, plan));
      if (ending === null) await end(context, plan.id, { why });
      await putBack(context, plan.id);
    });
  }
}
