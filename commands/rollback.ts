import { z } from "zod";
import { changeCard } from "../src/command/change-card.js";
import { onChange } from "../src/command/define.js";
import { planned, planningPhases } from "../src/command/planning.js";
import { changeToUndo, undoing } from "../src/command/undo.js";

/** Undoes a change by its inverse, planned against what is stored today. */
export default onChange({
  summary: "undo a change that was made: planned against today's state, and approved like any other",
  details: [
    "without an ID it is the newest change that is still open, else the newest that was kept",
    "an object that somebody changed since is named: undoing takes the later change away too",
  ],
  examples: ["rollback", "rollback c-abcdefg --dry-run"],
  args: z.object({
    id: z.string().min(1).max(40).optional().meta({ positional: 0, placeholder: "ID", description: "the change, such as c-7q4fxyz" }),
  }),
  role: "operator",
  timeout: 30_000,
  phases: planningPhases,
  async plan(cluster, { id }, work) {
    const { plan } = changeToUndo(work.done?.(), id?.toLowerCase());
    const how = { undoes: { id: plan.id, steps: plan.steps }, terms: { ends: "stays" as const } };
    return planned(cluster, undoing(plan.steps), how, work);
  },
  render: (plan, seen, args) => changeCard(plan, seen, args, plan.undoes === null ? "" : `undoes ${plan.undoes}`),
});
