import { z } from "zod";
import { onWorker } from "../../src/command/define.js";
import { nearest } from "../../src/command/nearest.js";
import { quoteWord } from "../../src/command/words.js";
import { ExpectationsAnswer, expectationsAnswer, expectationsIn } from "../../src/diagnosis/verdict/expectations.js";
import { expectationsCard } from "../../src/diagnosis/verdict/expectations-card.js";
import { readParts } from "../../src/diagnosis/verdict/read-model.js";
import { compiledOnce } from "../../src/diagnosis/verdict/why.js";

/** What must be open and what must not, asked at once: before and after a change window. */
export default onWorker({
  summary: "whether connections are allowed or dropped as expected, many at once",
  details: [
    "each expectation is `SRC DST [PORT] allowed` or `… dropped`, in the words of `why`; up to 30 of them in one line",
    "a range of which only a part is as expected is uncertain, and so is what cannot be judged",
    "files of expectations are for `calico-chatops policy test` on a snapshot",
  ],
  examples: ["policy test web-1 db-1 5432 allowed web-1 db-1 22 dropped", "policy test internet 10.65.0.21 443 allowed"],
  args: z.object({
    words: z
      .array(z.string().max(253))
      .min(1)
      .max(130)
      .meta({ rest: true, placeholder: "EXPECTATIONS", description: "SRC DST [PORT] allowed|dropped, again and again" }),
  }),
  risk: "read",
  role: "viewer",
  timeout: 15_000,
  phases: ["reading policies and endpoints"],
  result: ExpectationsAnswer,
  async run(cluster, { words }, work) {
    const expected = expectationsIn(words);
    const { parts, revision, at } = await readParts(cluster, work);
    const snapshot = compiledOnce({ cluster: cluster.name, hosts: cluster.hosts, parts, revision, at, near: nearest });
    return expectationsAnswer(snapshot, expected);
  },
  render(result, seen) {
    const card = expectationsCard(result);
    card.actions.push({ label: "Refresh", line: seen.line });
    const wrong = result.rows.find(({ expected, allowed }) => expected !== allowed);
    if (wrong !== undefined) card.actions.push({ label: "Why", line: ["why", ...wrong.words].map(quoteWord).join(" ") });
    if (seen.job !== null) card.actions.push({ label: "Raw", line: `raw ${seen.job}` });
    card.again = seen.line;
    return card;
  },
});
