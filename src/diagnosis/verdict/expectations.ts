import { z } from "zod";
import { fail, toFailure } from "../../contract/failure.js";
import { askedService, type Compiled, type Question, type WhyAnswer, whyOf } from "./why.js";

/** What is judged at once. */
const most = 200;

/** A connection and what is expected of it. */
interface Expectation extends Question {
  /** As it was typed: source, destination, port. */
  words: readonly string[];
  allowed: boolean;
}

const hint = "type `SRC DST [PORT] allowed` or `… dropped`, as often as you like";

/** Reads `web-1 db-1 5432 allowed web-1 db-1 22 dropped`: each expectation ends with its verdict. Throws `usage`. */
export function expectationsIn(words: readonly string[]): Expectation[] {
  const found: Expectation[] = [];
  let open: string[] = [];
  for (const word of words) {
    const verdict = word.toLowerCase().replace(/[,;]$/, "");
    if (verdict !== "allowed" && verdict !== "dropped") {
      open.push(word);
      continue;
    }
    found.push(expectation(open, verdict === "allowed"));
    open = [];
  }
  if (open.length > 0) throw fail("usage", `\`${open.slice(0, 4).join(" ").slice(0, 80)}\` does not say what is expected`, { hint });
  if (found.length > most) throw fail("usage", `${found.length} expectations are more than ${most} at once`, { hint: "ask in parts" });
  return found;
}

/** The words of a file of expectations: one a line, a `- ` before it and a `#` behind it do not count. */
export const wordsOf = (document: string): string[] =>
  document.split("\n").flatMap((line) =>
    line
      .replace(/(^|\s)#.*$/, "")
      .replace(/^\s*-\s+/, "")
      .split(/\s+/)
      .filter((word) => word !== ""),
  );

/** What is wrong with a file of expectations; null = nothing. */
export function wrongWith(document: string): string | null {
  try {
    return expectationsIn(wordsOf(document)).length === 0 ? "there is no expectation in it" : null;
  } catch (error) {
    return toFailure(error).message;
  }
}

function expectation(words: readonly string[], allowed: boolean): Expectation {
  const [from, to, port = "icmp", ...more] = words;
  const [extra] = more;
  if (extra !== undefined) throw fail("usage", `\`${extra.slice(0, 60)}\` is one word too many`, { hint });
  if (from === undefined || to === undefined)
    throw fail("usage", `an expectation names ${from === undefined ? "no end" : "one end"} only`, { hint });
  return { from, to, asked: askedService(port), words, allowed };
}

/** Expected verdicts held against those that there are. */
export const ExpectationsAnswer = z.object({
  cluster: z.string(),
  revision: z.number(),
  at: z.number(),
  rows: z.array(
    z.object({
      from: z.string(),
      to: z.string(),
      service: z.string(),
      words: z.array(z.string()),
      expected: z.boolean(),
      /** Null = uncertain, or a range of which some parts are allowed and others are not. */
      allowed: z.boolean().nullable(),
      reason: z.string(),
    }),
  ),
});
export type ExpectationsAnswer = z.infer<typeof ExpectationsAnswer>;

export function expectationsAnswer(snapshot: Compiled, expected: readonly Expectation[]): ExpectationsAnswer {
  const { cluster, revision, at } = snapshot;
  const rows = expected.map(({ allowed, words, ...question }) => {
    const answer = whyOf(snapshot, question);
    const { from, to, service } = answer;
    return { from, to, service, words: [...words], expected: allowed, allowed: sure(answer), reason: reasonOf(answer) };
  });
  return { cluster, revision, at, rows };
}

function sure({ doubts, parts, allowed }: WhyAnswer): boolean | null {
  if (doubts.length > 0 || (parts !== null && (!parts.whole || (parts.allowed > 0 && parts.allowed < parts.all)))) return null;
  return allowed;
}

/** What decides: at the end that drops it, else at the destination. */
function reasonOf({ doubts, egress, ingress }: WhyAnswer): string {
  if (doubts[0] !== undefined) return doubts[0];
  const dropping = [egress, ingress].find((end) => end?.verdict === "deny");
  return (dropping ?? ingress ?? egress)?.reason ?? "neither end is an endpoint of Calico";
}
