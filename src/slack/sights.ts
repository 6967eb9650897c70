import type { View } from "../contract/view.js";
import type { Mark, Posted } from "../dispatch/ports.js";

/** Remembers for a while what each message shows, so that progress is shown in measure. */
export interface Sights {
  saw(posted: Posted, view: View, mark: Mark): void;
  /** False for progress that comes too soon after the last, or after the answer. What is finished is always worth it. */
  worthShowing(posted: Posted, view: View, mark: Mark): boolean;
  /** Whether the message still shows this. */
  isLast(posted: Posted, mark: Mark): boolean;
}

interface Seen {
  at: number;
  request: string;
  state: Mark["state"];
  news: string;
}

/** Between two updates of one message that bring nothing but counts, ms. */
const progressEvery = 3000;
const kept = 2000;

export function createSights(clock: () => number): Sights {
  const seen = new Map<string, Seen>();
  const key = ({ channel, ts }: Posted): string => `${channel} ${ts}`;
  return {
    saw(posted, view, { request, state }) {
      seen.delete(key(posted));
      seen.set(key(posted), { at: clock(), request, state, news: newsOf(view) });
      const [eldest] = seen.keys();
      if (seen.size > kept && eldest !== undefined) seen.delete(eldest);
    },
    worthShowing(posted, view, { request, state }) {
      const last = seen.get(key(posted));
      if (state === "answered" || last?.request !== request) return true;
      if (last.state === "answered") return false;
      return clock() - last.at >= progressEvery || last.news !== newsOf(view);
    },
    isLast(posted, { request, state }) {
      const last = seen.get(key(posted));
      return last?.request === request && last.state === state;
    },
  };
}

/** What only an answer brings, such as the first of three clusters: small print and buttons. Counts that move on do not. */
function newsOf({ footer, actions }: View): string {
  return JSON.stringify([footer, actions]);
}
