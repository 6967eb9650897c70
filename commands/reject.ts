import { z } from "zod";
import { changeId, planDigest } from "../src/command/change-words.js";
import { onBot } from "../src/command/define.js";

/** A vote against a change: one is enough. */
export default onBot({
  summary: "rejects a change that waits for approval, with the reason",
  details: ["one rejection ends it; the reason is shown on its card and told to who asked", "the button asks for the reason in a form"],
  examples: ["reject c-abcdefg 0123456789ab 'not during the incident'"],
  args: z.object({
    id: changeId,
    plan: planDigest.optional(),
    reason: z
      .string()
      .min(3)
      .max(500)
      .optional()
      .meta({ positional: 2, placeholder: "WHY", description: "in quotes when it is more than a word" }),
  }),
  document: {
    title: "Reject a change",
    label: "Why",
    required: true,
    unless: "reason",
    check: (text) => (text.trim().length < 3 ? "say why, in a few words" : null),
  },
  risk: "read",
  role: "approver",
  quiet: true,
  run: (desk, { id, plan, reason }, { document }) =>
    desk.changes.vote(id, { digest: plan ?? null, verdict: "reject", reason: (reason ?? document ?? "").trim().slice(0, 500) }),
});
