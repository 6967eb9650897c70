import type { Steps } from "../../calico/steps.js";
import { type PreviewAnswer, previewSteps } from "../preview/preview.js";
import { type ExpectationsAnswer, expectationsAnswer, expectationsIn } from "../verdict/expectations.js";
import { type ReachAnswer, reachSteps } from "../verdict/reach.js";
import { type Asking, askedService, compiledSteps, type WhyAnswer, whyOf } from "../verdict/why.js";
import type { Ground } from "./ground.js";
import type { Question } from "./question.js";

export type Answer = WhyAnswer | ReachAnswer | ExpectationsAnswer | PreviewAnswer;

/** Answers a question from a snapshot. Throws coded failures about the question. */
export function* answerSteps(ground: Ground, question: Question, near: Asking["near"]): Steps<Answer> {
  const asking = { cluster: question.cluster, hosts: question.hosts, near };
  if (question.about === "preview") return yield* previewSteps(ground, question);
  if (question.about === "reach") return yield* reachSteps(ground, asking, question);
  const compiled = yield* compiledSteps(ground, asking);
  if (question.about === "expectations") return expectationsAnswer(compiled, expectationsIn(question.words));
  const { from, to, port } = question;
  return whyOf(compiled, { from, to, asked: askedService(port) });
}
