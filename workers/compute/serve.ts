import type { KeyValue } from "../../src/cluster/etcd.js";
import { toFailure } from "../../src/contract/failure.js";
import type { Copy } from "./copy.js";
import { type Evaluation, Evaluator } from "./evaluate.js";
import type { Found } from "./held.js";
import { type Piece, Question, type Told } from "./question.js";

/** The thread's end of the channel. */
export interface Port {
  on(event: "message", heard: (message: unknown) => void): unknown;
  postMessage(message: Told): void;
}

/** Taking one piece in must cost the main thread a few ms at most: so many keys, or so many characters. */
const most = { keys: 500, length: 512 * 1024 };

/** Answers the main thread's questions from the copy: reads piece by piece as it asks for them, evaluations when they are done. */
export function serve(port: Port, copy: Copy, evaluation: Evaluation): void {
  const evaluator = new Evaluator(copy, evaluation);
  /** What is still to be sent of each question; null = it is being looked for. */
  const open = new Map<number, Iterator<Told> | null>();

  /** The end comes along with the last piece. */
  function send(id: number): void {
    const pieces = open.get(id);
    if (!pieces) return;
    for (let next = pieces.next(); !next.done; next = pieces.next()) {
      port.postMessage(next.value);
      if (next.value.tell === "piece" && !next.value.last) return;
    }
    open.delete(id);
  }

  async function read({ id, ranges, within }: Extract<Question, { ask: "read" }>): Promise<void> {
    open.set(id, null);
    try {
      const found = await copy.read(ranges, within);
      if (!open.has(id)) return;
      open.set(id, answerOf(id, found));
      send(id);
    } catch (error) {
      if (open.delete(id)) port.postMessage({ tell: "refused", id, failure: toFailure(error), since: copy.state().staleSince });
    }
  }

  async function evaluate({ id, question, within }: Extract<Question, { ask: "evaluate" }>): Promise<void> {
    open.set(id, null);
    const wanted = (): boolean => open.has(id);
    try {
      const found = await evaluator.found(within).catch((error: unknown) => {
        throw new UnprovenError(error);
      });
      const answer = await evaluator.answer(found, question, wanted);
      const keys = found.ranges.reduce((sum, { count }) => sum + count, 0);
      if (wanted()) port.postMessage({ tell: "evaluated", id, revision: found.revision, by: found.by, keys, answer });
    } catch (error) {
      if (wanted()) port.postMessage(refusal(id, error));
    }
    if (!open.delete(id)) port.postMessage({ tell: "stopped", id });
  }

  function refusal(id: number, error: unknown): Told {
    if (!(error instanceof UnprovenError)) return { tell: "failed", id, failure: toFailure(error) };
    return { tell: "refused", id, failure: toFailure(error.cause), since: copy.state().staleSince };
  }

  port.on("message", (message) => {
    const question = Question.parse(message);
    if (question.ask === "read") void read(question);
    else if (question.ask === "evaluate") void evaluate(question);
    else if (question.ask === "more") send(question.id);
    else if (question.ask === "cancel") open.delete(question.id);
    else if (question.ask === "history") port.postMessage({ tell: "history", id: question.id, history: copy.history(question.since) });
    else port.postMessage({ tell: "state", id: question.id, state: copy.state() });
  });
}

/** The copy cannot answer now; something else may. */
class UnprovenError extends Error {
  constructor(override readonly cause: unknown) {
    super("the copy is not proven");
    this.name = "UnprovenError";
  }
}

function* answerOf(id: number, { revision, at, by, ranges }: Found): Generator<Told> {
  const pieces = ranges.flatMap(({ kvs }, range) => cut(kvs).map((some) => ({ range, some })));
  for (const [i, { range, some }] of pieces.entries()) yield pieceOf({ id, range, last: i === pieces.length - 1 }, some);
  yield { tell: "read", id, revision, at, by, counts: ranges.map(({ count }) => count) };
}

function cut(kvs: readonly KeyValue[]): KeyValue[][] {
  const pieces: KeyValue[][] = [];
  let length = 0;
  for (const kv of kvs) {
    const last = pieces.at(-1);
    const size = kv.key.length + kv.value.length;
    if (last === undefined || last.length >= most.keys || length + size > most.length) {
      pieces.push([kv]);
      length = size;
    } else {
      last.push(kv);
      length += size;
    }
  }
  return pieces;
}

/** In columns: they are told to the other side faster than rows. */
const pieceOf = (of: Pick<Piece, "id" | "range" | "last">, kvs: readonly KeyValue[]): Piece => ({
  tell: "piece",
  ...of,
  keys: kvs.map(({ key }) => key),
  values: kvs.map(({ value }) => value),
  revisions: kvs.map(({ revision }) => revision),
  leases: kvs.map(({ lease }) => lease),
});
