import { inTurns, type Steps } from "../../src/calico/steps.js";
import type { Range } from "../../src/cluster/etcd.js";
import { fail } from "../../src/contract/failure.js";
import type { Copy } from "./copy.js";
import type { Found } from "./held.js";

/** What can be asked about the copy, and is answered in steps. */
export interface Evaluation {
  /** What the answers depend on. */
  ranges: readonly Range[];
  answer(found: Found, question: unknown): Steps<unknown>;
  /** Gives back what was kept for the next question. */
  forget(): void;
}

/** What was compiled is kept for so long after the last question, ms. */
const keptFor = 120_000;

/** Evaluates one question after another: two at once would hold two snapshots. */
export class Evaluator {
  #turn: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;

  constructor(
    private readonly copy: Copy,
    private readonly evaluation: Evaluation,
  ) {}

  /** What answers depend on, no older than the question; fails when that cannot be proven within so many ms. */
  found(within: number): Promise<Found> {
    return this.copy.read(this.evaluation.ranges, within);
  }

  /** `wanted` is asked between steps: what nobody waits for is not finished. */
  answer(found: Found, question: unknown, wanted: () => boolean): Promise<unknown> {
    clearTimeout(this.#idle);
    const goOn = (): void => {
      if (!wanted()) throw fail("cancelled", "stopped while policies were evaluated");
    };
    const mine = this.#turn.then(() => {
      goOn();
      return inTurns(this.evaluation.answer(found, question), goOn);
    });
    this.#turn = mine.catch(() => {}).then(() => this.#rest());
    return mine;
  }

  #rest(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.evaluation.forget(), keptFor).unref();
  }
}
