import type { Ask } from "./ask.js";

/**
 * Answers questions about who may talk to whom where the snapshot of the cluster lies, away from whoever asks. What can be asked and
 * how answers look is between the one who asks and the one who answers: both check it.
 */
export interface Evaluator {
  /** Null = it cannot answer now, and whoever asks reads and evaluates himself. Throws failures about the question. */
  evaluate(question: unknown, ask: Ask): Promise<{ answer: unknown } | null>;
}
