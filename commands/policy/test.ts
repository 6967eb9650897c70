import { z } from "zod";
import { onWorker } from "../../src/command/define.js";
import { quoteWord } from "../../src/command/words.js";
import { fail } from "../../src/contract/failure.js";
import { nearest } from "../../src/contract/nearest.js";
import { evaluated } from "../../src/diagnosis/evaluate/evaluated.js";
import { ExpectationsAnswer, expectationsIn, wordsOf, wrongWith } from "../../src/diagnosis/verdict/expectations.js";

import { expectationsCard } from "../../src/diagnosis/verdict/expectations-card.js";

/** What must be open and what must not, asked at once: before and after a change window. */
export default onWorker({
  summary: "whether connections are allowed or dropped as expected, many at once",
  details: [
    "each expectation is `SRC DST [PORT] allowed` or `… dropped`, in the words of `why`",
    "many of them stand below the line, one a line: in a code block, in the form that opens after the slash command, or in a file (attached, or `--file`)",
    "a range of which only a part is as expected is uncertain, and so is what cannot be judged",
    "on a snapshot, without a cluster: `calico-chatops policy test --flows`",
  ],
  examples: ["policy test web-1 db-1 5432 allowed web-1 db-1 22 dropped", "policy test internet 10.65.0.21 443 allowed"],
  args: z.object({
    words: z
      .array(z.string().max(253))
      .min(1)
      .max(130)
      .optional()
      .meta({ rest: true, placeholder: "EXPECTATIONS", description: "SRC DST [PORT] allowed|dropped, again and again" }),
  }),
  document: { title: "Test policies", label: "Expectations", required: false, check: wrongWith },
  risk: "read",
  role: "viewer",
  timeout: 15_000,
  phases: ["reading policies and endpoints"],
  result: ExpectationsAnswer,
  async run(cluster, { words = [] }, work) {
    const all = [...words, ...wordsOf(work.document ?? "")];
    if (expectationsIn(all).length === 0)
      throw fail("usage", "nothing is expected", { hint: "write `SRC DST [PORT] allowed` or `… dropped`" });
    return evaluated(cluster, { about: "expectations", words: all }, { ask: work, near: nearest, answer: ExpectationsAnswer });
  },
  render(result, seen, { words }) {
    const card = expectationsCard(result);
    // A line without its document repeats only a part.
    const whole = words !== undefined && expectationsIn(words).length === result.rows.length;
    if (whole) card.actions.push({ label: "Refresh", line: seen.line });
    const wrong = result.rows.find(({ expected, allowed }) => expected !== allowed);
    if (wrong !== undefined) card.actions.push({ label: "Why", line: ["why", ...wrong.words].map(quoteWord).join(" ") });
    if (seen.job !== null) card.actions.push({ label: "Raw", line: `raw ${seen.job}` });
    if (whole) card.again = seen.line;
    return card;
  },
});
