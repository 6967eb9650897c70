import { EventEmitter } from "node:events";
import { afterEach, describe, expect, test } from "@jest/globals";
import { fail } from "../../../src/contract/failure.js";
import { createLog } from "../../../src/log/log.js";
import { type Compute, RefusedError, startCompute } from "../../../workers/compute/compute.js";
import type { Copy } from "../../../workers/compute/copy.js";
import type { Evaluation } from "../../../workers/compute/evaluate.js";
import type { Found } from "../../../workers/compute/held.js";
import type { Question, Told } from "../../../workers/compute/question.js";
import { serve } from "../../../workers/compute/serve.js";

/** The thread's end, in this thread: what crosses is cloned as between threads. */
class NearThread extends EventEmitter {
  readonly heard: Question[] = [];
  private readonly port = new EventEmitter();
  constructor(copy: Copy | null, evaluation: Evaluation = reading) {
    super();
    if (copy !== null) {
      const postMessage = (message: Told): void => void setImmediate(() => this.emit("message", structuredClone(message)));
      serve(Object.assign(this.port, { postMessage }), copy, evaluation);
    }
  }
  postMessage(message: Question): void {
    this.heard.push(message);
    setImmediate(() => this.port.emit("message", structuredClone(message)));
  }
  async terminate(): Promise<number> {
    this.emit("exit", 1);
    return 1;
  }
}

/** Answers nothing. */
const reading: Evaluation = {
  ranges: [],
  *answer() {
    yield;
    throw new Error("not asked");
  },
  forget: () => {},
};

const kvs = (count: number): Found["ranges"][number]["kvs"] =>
  Array.from({ length: count }, (_, i) => ({ key: `/calico/${i}`, value: "v", revision: i, lease: null }));
const found = (count: number): Found => ({ revision: 9, at: 1, by: "etcd", ranges: [{ kvs: kvs(count), count }] });
const state: ReturnType<Copy["state"]> = {
  ...{ phase: "complete" as const, revision: 9, keys: 1, length: 1, age: 0, staleSince: null, trouble: null, lists: 1, heap: 1 },
};
const counted = { count: 0, before: 0, span: 0 };
const nothingSeen: ReturnType<Copy["history"]> = {
  ...{ since: 1, gaps: [], trouble: null, writes: [], older: 0, starts: [], silences: [] },
  ...{ groups: counted, ports: counted },
};
const copyThat = (read: Copy["read"]): Copy => ({ read, state: () => state, history: () => nothingSeen, stop: () => {} });

const started: Compute[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.close()));
});

function computeOver(...copies: (Copy | null)[]): { compute: Compute; threads: NearThread[] } {
  return evaluatingOver(reading, ...copies);
}

function evaluatingOver(evaluation: Evaluation, ...copies: (Copy | null)[]): { compute: Compute; threads: NearThread[] } {
  const threads: NearThread[] = [];
  const spawn = (): NearThread => {
    const thread = new NearThread(copies[threads.length] ?? null, evaluation);
    threads.push(thread);
    return thread;
  };
  const compute = startCompute({ spawn, log: createLog({ level: "silent" }), waits: [1, 2] });
  started.push(compute);
  return { compute, threads };
}

const how = (within = 1000, signal = new AbortController().signal): { within: number; signal: AbortSignal } => ({ within, signal });
const question = { ask: "read" as const, ranges: [{ prefix: "/calico/" }], within: 100 };

/** Sizes of the pieces that came. */
async function sizes(compute: Compute, ask = how()): Promise<number[]> {
  const came: number[] = [];
  return compute.ask(
    question,
    (told) => {
      if (told.tell === "piece") came.push(told.keys.length);
      return told.tell === "read" ? came : undefined;
    },
    ask,
  );
}

describe("a question to the compute thread", () => {
  test("is answered in pieces, of which each is asked for", async () => {
    const { compute, threads } = computeOver(copyThat(async () => found(1200)));

    expect(await sizes(compute)).toEqual([500, 500, 200]);
    expect(threads[0]?.heard.map(({ ask }) => ask)).toEqual(["read", "more", "more"]);
  });

  test("that finds nothing is answered too", async () => {
    expect(await sizes(computeOver(copyThat(async () => found(0))).compute)).toEqual([]);
  });

  test("keeps its deadline, and the thread is told that nobody waits", async () => {
    const { compute, threads } = computeOver(copyThat(() => new Promise(() => {})));

    await expect(sizes(compute, how(30))).rejects.toThrow("timeout: the compute thread gave no answer in 30 ms");
    expect(threads[0]?.heard.at(-1)).toMatchObject({ ask: "cancel" });
  });

  test("ends when the job is cancelled", async () => {
    const stop = new AbortController();
    const asked = sizes(computeOver(copyThat(() => new Promise(() => {}))).compute, how(1000, stop.signal));
    stop.abort();

    await expect(asked).rejects.toThrow("cancelled: stopped while the compute thread was asked");
    await expect(sizes(computeOver(null).compute, how(1000, stop.signal))).rejects.toThrow("cancelled");
  });

  test("fails when the thread ends, and the next thread answers the next one", async () => {
    const { compute, threads } = computeOver(
      copyThat(() => new Promise(() => {})),
      copyThat(async () => found(1)),
    );
    const asked = sizes(compute);
    await threads[0]?.terminate();

    await expect(asked).rejects.toThrow("internal: the compute thread ended with 1 while it was asked; it is started again");
    await expect(sizes(compute)).rejects.toThrow("busy: the compute thread is being started again");
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(await sizes(compute)).toEqual([1]);
  });

  test("is refused with the copy's own reason", async () => {
    const refusing = copyThat(() => Promise.reject(new Error("secret inside")));

    await expect(sizes(computeOver(refusing).compute)).rejects.toThrow("internal: an unexpected error");
  });

  test("does not believe a message of another form", async () => {
    const { compute, threads } = computeOver(null);
    const asked = sizes(compute, how(50));
    threads[0]?.emit("message", { tell: "read", id: 1, revision: "nine" });

    await expect(asked).rejects.toThrow("timeout");
  });

  test("tells how the copy does", async () => {
    expect(await computeOver(copyThat(async () => found(0))).compute.state(how())).toEqual(state);
  });
});

const evaluate = (compute: Compute, signal?: AbortSignal, grace?: number): Promise<unknown> =>
  compute.ask(
    { ask: "evaluate", question: "why", within: 100 },
    (told) => (told.tell === "evaluated" ? told.answer : told.tell === "failed" ? told.failure : undefined),
    { ...how(5000, signal), ...(grace === undefined ? {} : { grace }) },
  );
/** Goes on for ever, a step after the other, and counts them. */
function endless(): Evaluation & { steps: number } {
  const evaluation = {
    ...reading,
    steps: 0,
    *answer() {
      for (;;) {
        evaluation.steps += 1;
        const until = performance.now() + 2;
        while (performance.now() < until);
        yield;
      }
    },
  };
  return evaluation;
}
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe("an evaluation in the compute thread", () => {
  test("is told what the copy holds and gives its answer, one after another", async () => {
    const order: string[] = [];
    const evaluation: Evaluation = {
      ...reading,
      *answer({ ranges }, question) {
        order.push("begins");
        yield;
        order.push("ends");
        return { question, keys: ranges[0]?.count };
      },
    };
    const { compute } = evaluatingOver(
      evaluation,
      copyThat(async () => found(3)),
    );

    expect(await Promise.all([evaluate(compute), evaluate(compute)])).toEqual([1, 2].map(() => ({ question: "why", keys: 3 })));
    expect(order).toEqual(["begins", "ends", "begins", "ends"]);
  });

  test("fails with the reason that the question gives, and is refused when the copy is not proven", async () => {
    const failing: Evaluation = {
      ...reading,
      *answer() {
        yield;
        throw fail("not_found", "no endpoint is `wbe`");
      },
    };
    const over = (read: Copy["read"]) => evaluate(evaluatingOver(failing, copyThat(read)).compute);

    expect(await over(async () => found(1))).toMatchObject({ code: "not_found", message: "no endpoint is `wbe`" });
    await expect(over(() => Promise.reject(fail("busy", "still being listed")))).rejects.toBeInstanceOf(RefusedError);
  });

  test("stops between two steps when the job is cancelled, and the thread goes on", async () => {
    const evaluation = endless();
    const stop = new AbortController();
    const { compute, threads } = evaluatingOver(
      evaluation,
      copyThat(async () => found(1)),
    );
    const asked = evaluate(compute, stop.signal, 1000);
    while (evaluation.steps < 5) await pause(1);
    stop.abort();

    await expect(asked).rejects.toThrow("cancelled: stopped while the compute thread was asked");
    await pause(50);
    const done = evaluation.steps;
    await pause(50);
    expect(evaluation.steps).toBe(done);
    expect(await compute.state(how())).toEqual(state);
    await pause(1000);
    expect(threads).toHaveLength(1);
  });

  test("that does not stop costs the thread, and the next one answers", async () => {
    const stop = new AbortController();
    const { compute, threads } = evaluatingOver(
      reading,
      null,
      copyThat(async () => found(0)),
    );
    const asked = evaluate(compute, stop.signal, 20);
    stop.abort();
    await expect(asked).rejects.toThrow("cancelled");

    while (threads.length < 2) await pause(5);
    expect(await compute.state(how())).toEqual(state);
  });
});
