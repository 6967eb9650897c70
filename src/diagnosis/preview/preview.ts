import { z } from "zod";
import type { Fault } from "../../calico/draft/draft.js";
import { effectOfSteps } from "../../calico/effect/edit.js";
import type { Effect } from "../../calico/effect/effect.js";
import { type Change, changeSteps, endpointChanges } from "../../calico/effect/report.js";
import { warningsOf } from "../../calico/effect/warnings.js";
import type { Steps } from "../../calico/steps.js";
import type { Ground } from "../evaluate/ground.js";
import { editFor, type Wish } from "./edit.js";

const End = z.object({ text: z.string(), endpoints: z.number(), nets: z.array(z.string()) });

/** Some connections that an edit would allow, drop or leave open. */
const Row = z.object({
  kind: z.enum(["gained", "lost", "uncertain"]),
  from: End,
  to: End,
  services: z.string(),
  risks: z.array(z.string()),
  reasons: z.array(z.string()),
  witness: z.object({
    src: z.string(),
    dst: z.string(),
    protocol: z.string(),
    dstPort: z.number().nullable(),
    before: z.string(),
    after: z.string(),
  }),
});
export type PreviewRow = z.infer<typeof Row>;

/** What an edit would do to who may talk to whom; nothing is changed. */
export const PreviewAnswer = z.object({
  cluster: z.string(),
  revision: z.number(),
  at: z.number(),
  steps: z.array(z.object({ action: z.enum(["create", "update", "delete"]), object: z.string() })),
  /** The riskiest first. */
  rows: z.array(Row),
  /** How many there are of each, also of those beyond `rows`. */
  count: z.object({ gained: z.number(), lost: z.number(), uncertain: z.number() }),
  /** Endpoints that only one of the two states has. */
  endpoints: z.array(z.object({ kind: z.enum(["appeared", "vanished"]), endpoint: z.string() })),
  /** What is likely not meant, in sentences. */
  warnings: z.array(z.string()),
  /** Fields that only a newer Calico may know. */
  doubts: z.array(z.string()),
  troubles: z.array(z.string()),
});
export type PreviewAnswer = z.infer<typeof PreviewAnswer>;

/** Rows that cross to the bot; the rest is counted. */
const most = 400;

export interface Previewing {
  cluster: string;
  wish: Wish;
  doubts: readonly string[];
}

/** All that a wish changes; an answer tells the first few hundred of it. */
export interface Compared {
  effect: Effect;
  changes: readonly Change[];
  steps: PreviewAnswer["steps"];
}

/** Compares the cluster with what the wish would make of it. */
export function* comparedSteps(ground: Ground, wish: Wish): Steps<Compared> {
  const { edit, steps } = editFor(ground.parts, wish);
  const effect = yield* effectOfSteps(yield* ground.snapshot(), edit);
  return { effect, changes: yield* changeSteps(effect), steps };
}

/** What an edit would do, with what is to be known about it. */
export function* previewSteps(ground: Ground, asked: Previewing): Steps<PreviewAnswer> {
  return told(ground, yield* comparedSteps(ground, asked.wish), asked);
}

/** What was compared, as it crosses to the bot. */
export function told(
  { parts, revision, at }: Pick<Ground, "parts" | "revision" | "at">,
  { effect, changes, steps }: Compared,
  { cluster, doubts }: Pick<Previewing, "cluster" | "doubts">,
): PreviewAnswer {
  const number = (kind: Change["kind"]): number => changes.filter((change) => change.kind === kind).length;
  return {
    cluster,
    revision,
    at,
    steps,
    rows: changes.slice(0, most).map(rowOf),
    count: { gained: number("gained"), lost: number("lost"), uncertain: number("uncertain") },
    endpoints: endpointChanges(effect.parties).slice(0, 50),
    warnings: warningsOf(effect).slice(0, 20),
    doubts: doubts.slice(0, 10),
    troubles: [...new Set(parts.troubles.map(({ text }) => text))].slice(0, 10),
  };
}

/** Doubts about documents as sentences. */
export const doubtsOf = (faults: readonly Fault[]): string[] => faults.map(({ line, path, text }) => `line ${line} ${path}: ${text}`);

function rowOf({ risks, reasons, from, to, ...more }: Change): PreviewRow {
  return { ...more, from: endOf(from), to: endOf(to), risks: risks.map(({ text }) => text), reasons: reasons.slice(0, 3) };
}

const endOf = ({ text, endpoints, nets }: Change["from"]): PreviewRow["from"] => ({ text, endpoints, nets: nets.slice(0, 20) });
