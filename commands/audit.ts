import { z } from "zod";
import { timeSpan } from "../src/command/change-words.js";
import { onBot } from "../src/command/define.js";
import type { AuditSeen } from "../src/command/desk.js";
import { view } from "../src/contract/view.js";
import { ago, count } from "../src/diagnosis/say.js";

const day = 86_400_000;

/** Who asked for what, and what became of it. */
export default onBot({
  summary: "who asked for what and what became of it, from the signed record",
  details: [
    "of the clusters that answer here; requests, answers, cancels, and every move of a change",
    "`calico-chatops audit verify` on the bots' host says whether the record is whole",
  ],
  examples: ["audit --since 2h", "audit --by U0ALICE --object deny-smtp-out"],
  args: z.object({
    since: timeSpan
      .refine((ms) => ms <= 90 * day, "at most 90d")
      .optional()
      .meta({ placeholder: "TIME", description: "how far back: `2h`, `7d`; a day unless said" }),
    by: z.string().min(1).max(80).optional().meta({ placeholder: "WHO", description: "part of who asked" }),
    object: z
      .string()
      .min(1)
      .max(120)
      .optional()
      .meta({ placeholder: "WHAT", description: "part of the line, or of the id of a job or change" }),
  }),
  risk: "read",
  role: "operator",
  async run(desk, { since = day, by = null, object = null }) {
    const entries = await desk.audit({ since: desk.now() - since, by: idIn(by), object });
    const moves = entries.filter(({ what }) => what === "change").length;
    const card = view(
      "info",
      `${count(entries.length, "entry", "entries")} in the last ${ago(since)}`,
      `${count(moves, "move")} of changes among them`,
    );
    if (entries.length > 0) card.sections.push({ kind: "table", columns, rows: entries.map(row) });
    if (entries.length >= 200) card.footer.push("the newest 200; `calico-chatops audit export` on the bots' host gives all");
    return card;
  },
});

/** A mention of somebody stands for his id. */
const idIn = (by: string | null): string | null => by?.replace(/^<?@?([UW][A-Z0-9]+)(?:\|[^>]*)?>?$/, "$1") ?? null;

const columns = ["when (UTC)", "who", "what", "line", "cluster", "came to", "id"].map((title) => ({ title }));

function row({ at, actor, what, line, clusters, code, reason, job }: AuditSeen): string[] {
  const came = reason === null ? code : `${code}: ${reason}`;
  return [at.slice(0, 19).replace("T", " "), actor, what, line, clusters.join(", "), came, job ?? "-"];
}
