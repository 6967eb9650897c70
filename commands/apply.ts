import { z } from "zod";
import { changeCard } from "../src/command/change-card.js";
import { onChange } from "../src/command/define.js";
import { calicoDocument, objectsBelow } from "../src/command/documents.js";
import { planned, planningPhases } from "../src/command/planning.js";

/** Applies documents: what that changes, what speaks against it and what it does to traffic is voted on first. */
export default onChange({
  summary: "apply YAML: what it changes, what speaks against it and what it does to traffic comes first",
  details: [
    "the YAML stands below the line, in a code block, in the form that opens after the slash command, or in a file (attached, or `--file`)",
    "each object is compared with what is stored, in the form in which calicoctl would store it",
    "guards tell what is known to go wrong: blocking, wants more approvers, worth knowing",
    "nothing is applied before it is approved, and it is put back unless somebody keeps it in time",
  ],
  examples: ["apply --dry-run", "apply --origin net-policies/smtp.yaml@4f2c1ab"],
  args: z.object({
    origin: z
      .string()
      .min(1)
      .max(300)
      .optional()
      .meta({ placeholder: "TEXT", description: "where it comes from: a path in Git and a commit, say" }),
  }),
  document: calicoDocument("Apply", true),
  role: "operator",
  timeout: 30_000,
  phases: planningPhases,
  async plan(cluster, { origin }, work) {
    const { drafts, doubts } = await objectsBelow(work);
    const wanted = drafts.map((draft) => ({ action: "apply" as const, draft }));
    return planned(cluster, wanted, { origin, doubts }, work);
  },
  render: (planned, seen, args) => changeCard(planned, seen, args),
});
