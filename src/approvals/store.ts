import type { Write } from "../redis/store.js";
import { createActing } from "./acting.js";
import { dueAt, whatIsDue } from "./due.js";
import type { ChangeEvent } from "./event.js";
import { type Change, idOf, keys } from "./record.js";
import { type ApprovalsDeps, createRecords, type Records } from "./records.js";
import type { Decided } from "./step.js";

/** The changes of all clusters, shared by all bots over Redis. Every function throws `queue_unavailable` when Redis does not answer. */
export interface Approvals {
  /** What stores a new change; for the caller's own atomic move, with the condition that `keys.change(id)` is absent. */
  creation(change: Change): Write[];
  /** Null for what is not known, or not sealed by a bot. */
  get(id: string): Promise<Change | null>;
  /** The same with what must hold for it to be still what lies there. */
  stored(id: string): Promise<{ change: Change | null; stored: { key: string; is: string } | null }>;
  /**
   * Decides an event on the change as it lies in Redis and stores what comes of it, or nothing. Exactly one of several that exclude each
   * other moves it; the others are told who did. Throws `not_found` and `bad_signature`. After `queue_unavailable` it may be stored all the same: asked again, the change tells.
   */
  act(id: string, event: ChangeEvent): Promise<Decided>;
  /** What has not ended, oldest first; null = of every cluster. */
  open(cluster: string | null): Promise<Change[]>;
  /** Created since then (epoch ms), newest first. */
  recent(cluster: string | null, since: number, limit: number): Promise<Change[]>;
  /** Ids about which something is due (whatIsDue() says what); each is given to one bot, and again after a while if nothing was done. */
  due(now: number): Promise<string[]>;
}

/** A change taken because something is due belongs to one bot for so long, ms. */
const hold = 8000;
const mostDue = 50;
/** How long a change stays in the list of all, ms: as long as one lives that ended when it was made. */
const listed = 30 * 86_400_000;

export function createApprovals(deps: ApprovalsDeps): Approvals {
  const { state } = deps;
  const records = createRecords(deps);
  const act = createActing({ records, now: deps.now, log: deps.log });
  const listOf = async (members: readonly string[], cluster: string | null): Promise<Change[]> => {
    const wanted = members.filter((member) => member !== sentinel && (cluster === null || member.startsWith(`${cluster}/`)));
    return (await records.readAll(wanted.map(idOf))).filter((sight) => sight !== null).map(({ change }) => change);
  };
  return {
    creation: (change) => records.writes(change).writes,
    get: async (id) => (await records.read(id))?.change ?? null,
    async stored(id) {
      const sight = await records.read(id);
      return sight === null ? { change: null, stored: null } : { change: sight.change, stored: { key: keys.change(id), is: sight.text } };
    },
    act,
    open: async (cluster) => (await listOf(await state.since(keys.open, 0), cluster)).filter(({ ended }) => ended === null),
    async recent(cluster, since, limit) {
      const members = (await state.since(keys.all, since)).filter((member) => cluster === null || member.startsWith(`${cluster}/`));
      return (await listOf(members.filter((member) => member !== sentinel).slice(-limit), cluster)).toReversed();
    },
    due: (now) => takeDue(deps, records, now),
  };
}

/** A set of Redis lives for a day after its last entry; this entry, which is due never, keeps those alive in which nothing happens. */
const sentinel = "-";
const never = 8_640_000_000_000_000;

async function takeDue({ state }: ApprovalsDeps, records: Records, now: number): Promise<string[]> {
  const [taken, old] = await Promise.all([
    state.take(keys.due, { now, until: now + hold, limit: mostDue }),
    state.take(keys.all, { now: now - listed, until: now, limit: mostDue }),
  ]);
  const members = taken.filter((member) => member !== sentinel);
  const sights = await records.readAll(members.map(idOf));
  const tidy: Write[] = old.map((member) => ({ unrank: keys.all, member }));
  const due: string[] = [];
  members.forEach((member, index) => {
    const change = sights[index]?.change;
    const at = change === undefined ? null : dueAt(change);
    if (change !== undefined && whatIsDue(change, now) !== null) due.push(change.id);
    else tidy.push(at === null ? { unrank: keys.due, member } : { rank: keys.due, member, at });
  });
  const alive = [keys.all, keys.open, keys.due].map((rank): Write => ({ rank, member: sentinel, at: never }));
  await state.move([], [...tidy, ...alive]);
  return due;
}
