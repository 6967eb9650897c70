import type { Steps } from "../../calico/steps.js";
import type { Taken } from "../../calico/verdict/item.js";
import type { KeyValue, Range } from "../../cluster/etcd.js";
import { decisiveRanges, partSteps } from "../verdict/read-model.js";
import type { Asking } from "../verdict/why.js";
import { type Answer, answerSteps } from "./answer.js";
import { Ground } from "./ground.js";
import { Question } from "./question.js";

/** What was found in etcd, by ranges. A value is the same object for as long as its key is not written. */
interface Found {
  revision: number;
  at: number;
  ranges: readonly { kvs: readonly KeyValue[] }[];
}

/**
 * Answers questions from one snapshot after another, and makes only anew what changed: objects are read once, and all that was made
 * of them serves as long as nothing is written that decides.
 */
export class Evaluation {
  readonly ranges: readonly Range[] = decisiveRanges;
  #ground: { kvs: readonly KeyValue[]; ground: Ground } | null = null;
  #taken = new WeakMap<KeyValue, Taken>();

  constructor(private readonly near: Asking["near"]) {}

  *answer(found: Found, question: unknown): Steps<Answer> {
    const asked = Question.parse(question);
    return yield* answerSteps(yield* this.#of(found), asked, this.near);
  }

  /** Gives memory back; the next question takes longer. */
  forget(): void {
    this.#ground = null;
    this.#taken = new WeakMap();
  }

  *#of({ revision, at, ranges }: Found): Steps<Ground> {
    const kvs = ranges.flatMap((range) => range.kvs);
    const known = this.#ground;
    const same = known !== null && known.kvs.length === kvs.length && known.kvs.every((kv, i) => kv === kvs[i]);
    yield;
    const ground = same ? known.ground.again(revision, at) : new Ground(yield* partSteps(kvs, this.#taken), revision, at);
    this.#ground = { kvs, ground };
    return ground;
  }
}
