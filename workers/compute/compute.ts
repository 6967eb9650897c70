import { FailureError, fail } from "../../src/contract/failure.js";
import { type Keeping, keepThread, type Thread } from "./keep-thread.js";
import { type CopyState, type Question, Told } from "./question.js";

type Unnumbered<Q> = Q extends { id: number } ? Omit<Q, "id"> : never;
export type Asked = Unnumbered<Exclude<Question, { ask: "more" | "cancel" }>>;
export type Answered = Exclude<Told, { tell: "news" | "refused" | "stopped" }>;

export interface How {
  signal: AbortSignal;
  /** Longest silence before the end, ms. */
  within: number;
  /** How long the thread may take to say that it stopped, ms; then it is given up and started anew. Absent = it need not say. */
  grace?: number;
}

/** The compute thread as the worker's main thread sees it. */
export interface Compute {
  /** Sends a question, hears what is told about it, and ends with what `heard` makes of it; undefined = not the end yet. */
  ask<T>(question: Asked, heard: (told: Answered) => T | undefined, how: How): Promise<T>;
  state(how: How): Promise<CopyState>;
  close(): Promise<void>;
}

/** The thread cannot answer and says why. */
export class RefusedError extends FailureError {
  constructor(
    { failure }: Extract<Told, { tell: "refused" }>,
    /** Epoch ms since when etcd does not confirm the copy; null = there is none yet. */
    readonly since: number | null,
  ) {
    super(failure);
  }
}

interface Open {
  told(told: Exclude<Told, { tell: "news" | "stopped" }>): void;
  failed(error: FailureError): void;
}

/** Starts the thread, and starts it again whenever it ends; what was asked then has failed. */
export function startCompute(how: Pick<Keeping, "spawn" | "log" | "waits">): Compute {
  const open = new Map<number, Open>();
  const stopping = new Map<number, NodeJS.Timeout>();
  const stopped = (id: number): void => {
    clearTimeout(stopping.get(id));
    stopping.delete(id);
  };
  let asked = 0;
  const thread = keepThread({
    ...how,
    heard(message) {
      const parsed = Told.safeParse(message);
      if (!parsed.success) return how.log.error({ err: parsed.error }, "the compute thread said something that is not understood");
      const told = parsed.data;
      if (told.tell === "news") how.log[told.level](told.fields, told.text);
      else if (told.tell === "stopped") stopped(told.id);
      else open.get(told.id)?.told(told);
    },
    ended(code, why) {
      for (const id of [...stopping.keys()]) stopped(id);
      const lost = fail("internal", `the compute thread ended with ${code} while it was asked; it is started again`, { cause: why });
      for (const { failed } of [...open.values()]) failed(lost);
    },
  });
  const giveUp = (id: number, to: Thread): void => {
    stopped(id);
    how.log.error({ id }, "the compute thread does not stop what nobody waits for, and is ended");
    void to.terminate();
  };
  const ask: Compute["ask"] = (question, heard, { signal, within, grace }) => {
    const to = thread.current();
    if (signal.aborted) return Promise.reject(fail("cancelled", "stopped before the compute thread was asked"));
    if (to === null) return Promise.reject(fail("busy", "the compute thread is being started again"));
    const id = ++asked;
    const left = (): void => {
      if (grace !== undefined) stopping.set(id, setTimeout(() => giveUp(id, to), grace).unref());
    };
    const answer = converse({ id, to, signal, within, heard, left, listen: (mine) => open.set(id, mine) });
    to.postMessage({ ...question, id });
    return answer.finally(() => open.delete(id));
  };
  return {
    ask,
    state: (within) => ask({ ask: "state" }, (told) => (told.tell === "state" ? told.state : undefined), within),
    close: () => thread.close(),
  };
}

interface Conversation<T> extends Omit<How, "grace"> {
  id: number;
  to: Thread;
  heard(told: Answered): T | undefined;
  listen(mine: Open): void;
  /** The answer is not waited for any more. */
  left(): void;
}

/** One question until its end: answered, refused, late, stopped, or lost with the thread. */
function converse<T>({ id, to, signal, within, heard, listen, left }: Conversation<T>): Promise<T> {
  const { promise, resolve, reject } = withResolvers<T>();
  const giveUp = (error: FailureError): void => {
    to.postMessage({ ask: "cancel", id });
    left();
    reject(error);
  };
  const late = (): void => giveUp(fail("timeout", `the compute thread gave no answer in ${within} ms`));
  const stop = (): void => giveUp(fail("cancelled", "stopped while the compute thread was asked"));
  let timer = setTimeout(late, within);
  let over = false;
  signal.addEventListener("abort", stop, { once: true });
  listen({
    told(told) {
      if (told.tell === "refused") return reject(new RefusedError(told, told.since));
      const made = heard(told);
      if (made !== undefined) return resolve(made);
      clearTimeout(timer);
      timer = setTimeout(late, within);
      // After a turn of the loop: whatever else waits there comes first.
      if (told.tell === "piece" && !told.last) setImmediate(() => over || to.postMessage({ ask: "more", id }));
    },
    failed: reject,
  });
  return promise.finally(() => {
    over = true;
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  });
}

function withResolvers<T>(): { promise: Promise<T>; resolve(value: T): void; reject(error: Error): void } {
  let [resolve, reject]: [(value: T) => void, (error: Error) => void] = [() => {}, () => {}];
  const promise = new Promise<T>((done, failed) => {
    [resolve, reject] = [done, failed];
  });
  return { promise, resolve, reject };
}
