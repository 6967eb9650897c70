import { z } from "zod";
import { type Reacher, type Reachers, reacherSteps } from "../../calico/effect/reachers.js";
import type { Steps } from "../../calico/steps.js";
import type { Service } from "../../calico/verdict/ask.js";
import { service } from "../../calico/verdict/connection.js";
import { fail } from "../../contract/failure.js";
import type { Ground } from "../evaluate/ground.js";
import { wholeOf } from "./place.js";
import { type Asking, askedService } from "./why.js";

const Some = z.object({ text: z.string(), endpoints: z.number(), nets: z.array(z.string()) });

/** Some that may reach the target, or perhaps, with one connection and what decides about it. */
const Row = z.object({
  certain: z.boolean(),
  from: Some,
  to: Some,
  services: z.string(),
  reasons: z.array(z.string()),
  witness: z.object({ src: z.string(), dst: z.string(), protocol: z.string(), dstPort: z.number().nullable(), by: z.string() }),
});

/** Who may reach somebody, and who may not. */
export const ReachAnswer = z.object({
  shape: z.literal("reach"),
  cluster: z.string(),
  revision: z.number(),
  at: z.number(),
  to: z.string(),
  /** More than one address. */
  range: z.boolean(),
  /** Null = on anything. */
  service: z.string().nullable(),
  /** Whether some of it is an endpoint's; else only who leaves for it is judged. */
  judged: z.boolean(),
  /** All that certainly may, together; null = nobody. */
  reaching: Some.nullable(),
  /** All that may not, together; null = nobody is left. */
  dropped: Some.nullable(),
  /** Those in doubt last. */
  rows: z.array(Row),
  /** How many more there are than `rows`. */
  more: z.number(),
  troubles: z.array(z.string()),
});
export type ReachAnswer = z.infer<typeof ReachAnswer>;

/** Rows that cross to the bot. */
const most = 200;

const words = new Set(["any", "anyone", "anybody", "*"]);

/** Whether the word stands for everybody who could be at that end. */
export const isAnybody = (word: string): boolean => words.has(word.toLowerCase());

/** Who may reach `to`, on a port or (null) on anything. Throws `usage`, `not_found`, `ambiguous`. */
export function* reachSteps(
  ground: Ground,
  { cluster, near }: Asking,
  { to, port }: { to: string; port: string | null },
): Steps<ReachAnswer> {
  if (isAnybody(to))
    throw fail("usage", `\`${to}\` stands for the source only`, { hint: "for DST give a name, an address, a CIDR or `internet`" });
  const asked: Service | null = port === null ? null : askedService(port);
  const model = yield* ground.model();
  const { name, nets, outside } = wholeOf(model, to, near);
  const { rows, reaching, dropped, judged } = yield* reacherSteps(model, { nets, outside, asked });
  return {
    shape: "reach",
    cluster,
    revision: ground.revision,
    at: ground.at,
    to: name,
    range: nets.some(({ family, bits }) => bits !== (family === 4 ? 32 : 128)),
    service: asked && service(asked),
    judged,
    reaching: reaching && someOf(reaching),
    dropped: dropped && someOf(dropped),
    rows: rows.slice(0, most).map(rowOf),
    more: Math.max(0, rows.length - most),
    troubles: model.troubles.map(({ text }) => text).slice(0, 20),
  };
}

const rowOf = ({ from, to, reasons, ...more }: Reacher): z.infer<typeof Row> => ({
  ...more,
  from: someOf(from),
  to: someOf(to),
  reasons: reasons.slice(0, 3),
});

const someOf = ({ text, endpoints, nets }: NonNullable<Reachers["reaching"]>): z.infer<typeof Some> => ({
  text,
  endpoints,
  nets: nets.slice(0, 20),
});
