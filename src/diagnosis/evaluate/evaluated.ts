import type { z } from "zod";
import { inTurns } from "../../calico/steps.js";
import type { Ask } from "../../cluster/ask.js";
import type { Cluster } from "../../cluster/cluster.js";
import { fail } from "../../contract/failure.js";
import { readParts } from "../verdict/read-model.js";
import type { Asking } from "../verdict/why.js";
import { type Answer, answerSteps } from "./answer.js";
import { Ground } from "./ground.js";
import type { Question } from "./question.js";

type Without<Q> = Q extends Question ? Omit<Q, "cluster" | "hosts"> : never;

export interface How<T> {
  ask: Ask;
  near: Asking["near"];
  answer: z.ZodType<T>;
}

/** Asks where the snapshot lies; where there is none, reads etcd and evaluates here, with turns for whatever else runs. */
export async function evaluated<T extends Answer>(cluster: Cluster, asked: Without<Question>, { ask, near, answer }: How<T>): Promise<T> {
  const hosts = cluster.hosts.map(({ name, address, bgp }) => ({ name, address, bgp }));
  const question: Question = { ...asked, cluster: cluster.name, hosts };
  const there = await cluster.evaluator?.evaluate(question, ask);
  if (there) return answer.parse(there.answer);
  const { parts, revision, at } = await readParts(cluster, ask);
  const steps = answerSteps(new Ground(parts, revision, at), question, near);
  return answer.parse(await inTurns(steps, () => goOn(ask)));
}

function goOn({ signal }: Ask): void {
  if (signal.aborted) throw fail("cancelled", "stopped while policies were evaluated");
}
