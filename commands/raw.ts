import { z } from "zod";
import { onBot } from "../src/command/define.js";
import { fail } from "../src/contract/failure.js";
import type { Evidence } from "../src/contract/outcome.js";
import { type Section, view } from "../src/contract/view.js";
import { bytes, count } from "../src/diagnosis/say.js";

/** The raw output behind an answer, which is evidence and never the answer itself. */
export default onBot({
  summary: "what ran for an answer, and its raw output",
  details: ["the Raw button of a card types this line"],
  examples: ["raw 3f2a9c1d0b7e4a55"],
  args: z.object({
    job: z
      .string()
      .regex(/^[a-z0-9-]{8,80}$/, "ids are lower case letters, digits and dashes")
      .meta({ positional: 0, placeholder: "ID", description: "the id at the foot of a card" }),
  }),
  risk: "read",
  role: "operator",
  async run(desk, args) {
    const kept = await desk.evidence(args.job);
    if (!kept) throw fail("not_found", `nothing is kept for ${args.job}`, { hint: "raw output is kept for an hour; ask again" });
    const card = view("info", `${count(kept.evidence.length, "call")} behind \`${kept.line}\` on ${kept.cluster}`);
    card.sections.push({
      kind: "table",
      columns: [
        { title: "where" },
        { title: "what" },
        { title: "exit", align: "right" },
        { title: "ms", align: "right" },
        { title: "size", align: "right" },
      ],
      rows: kept.evidence.map((e) => [e.where, e.what.slice(0, 80), String(e.exit ?? "killed"), String(Math.round(e.ms)), bytes(e.bytes)]),
    });
    card.sections.push(...kept.evidence.flatMap(output));
    return card;
  },
});

function output(evidence: Evidence): Section[] {
  if (evidence.output === undefined || evidence.output === "") return [];
  return [{ kind: "code", title: `${evidence.where}: ${evidence.what.slice(0, 100)}`, text: evidence.output }];
}
