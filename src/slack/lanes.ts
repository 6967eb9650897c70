import { fail } from "../contract/failure.js";
import { neverSent, retryAfter } from "./client.js";

/** Makes calls to Slack one after the other in each channel, and no faster than Slack takes them. */
export interface Lanes {
  /** Runs a call in its turn. Throws `busy` when its turn does not come in time; then it was not made. */
  run<T>(channel: string, call: () => Promise<T>): Promise<T>;
  /** The same lanes for calls of which none may begin later than so many ms from now, however many follow each other. */
  within(ms: number): Lanes;
}

export interface LaneOptions {
  /** Ms between two calls in one channel, after the burst. */
  every?: number;
  burst?: number;
  /** A call that could not be made by then is given up, ms. */
  patience?: number;
  clock?: () => number;
  sleep?: (ms: number) => Promise<void>;
}

interface Lane {
  tail: Promise<unknown>;
  waiting: number;
  /** The time at which one more call would be at the steady rate; may lie behind or ahead of now. */
  due: number;
  /** Slack asked for silence until then. */
  silent: number;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Lanes at Slack's pace: one message a second and channel, with short bursts. */
export function createLanes(options: LaneOptions = {}): Lanes {
  const rules = { every: 1000, burst: 4, patience: 10_000, clock: Date.now, sleep: wait, ...options };
  const lanes = new Map<string, Lane>();
  const until = (latest: number): Lanes => ({
    within: (ms) => until(Math.min(latest, rules.clock() + ms)),
    run(channel, call) {
      const lane = lanes.get(channel) ?? { tail: Promise.resolve(), waiting: 0, due: 0, silent: 0 };
      lanes.set(channel, lane);
      lane.waiting++;
      const last = Math.min(latest, rules.clock() + rules.patience);
      const turn = lane.tail.then(() => inTurn({ lane, channel, until: last, rules }, call));
      lane.tail = turn
        .catch(() => {})
        .then(() => {
          lane.waiting--;
          if (lane.waiting === 0) prune(lanes, rules.clock());
        });
      return turn;
    },
  });
  return until(Number.POSITIVE_INFINITY);
}

interface Turn {
  lane: Lane;
  channel: string;
  until: number;
  rules: Required<LaneOptions>;
}

/** Waits for its time, calls, and calls again where that cannot do the same thing twice. */
async function inTurn<T>(turn: Turn, call: () => Promise<T>): Promise<T> {
  const { lane, until, rules } = turn;
  for (;;) {
    await untilDue(turn);
    lane.due = Math.max(lane.due, rules.clock() - rules.every * (rules.burst - 1)) + rules.every;
    try {
      return await call();
    } catch (error) {
      const silence = retryAfter(error);
      if (silence === null && !neverSent(error)) throw error;
      lane.silent = rules.clock() + (silence ?? 500);
      if (lane.silent > until) throw error;
    }
  }
}

async function untilDue({ lane, channel, until, rules }: Turn): Promise<void> {
  const start = Math.max(lane.due, lane.silent);
  const now = rules.clock();
  if (Math.max(start, now) > until) throw fail("busy", `too many messages are waiting for channel ${channel}`);
  if (start > now) await rules.sleep(start - now);
}

/** Forgets idle lanes once there are many. */
function prune(lanes: Map<string, Lane>, now: number): void {
  if (lanes.size < 500) return;
  for (const [channel, lane] of lanes) if (lane.waiting === 0 && Math.max(lane.due, lane.silent) < now) lanes.delete(channel);
}
