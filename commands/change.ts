import { z } from "zod";
import { changeId } from "../src/command/change-words.js";
import { onBot } from "../src/command/define.js";
import { aboutChange } from "../src/diagnosis/changes/about.js";

/** All about one change. */
export default onBot({
  summary: "everything about one change: plan, votes, what became of it",
  details: ["changes are known for 30 days"],
  examples: ["change c-abcdefg"],
  args: z.object({ id: changeId }),
  risk: "read",
  role: "viewer",
  async run(desk, { id }) {
    const entry = await desk.changes.change(id);
    const card = aboutChange(entry);
    const short = entry.plan.change.slice(0, 12);
    if (entry.state === "proposed")
      card.actions.push(
        {
          label: "Approve…",
          line: `approve ${entry.id} ${short}`,
          style: "primary",
          confirm: { title: `Approve ${entry.id}?`, text: card.verdict.text, yes: "Approve" },
        },
        { label: "Reject…", line: `reject ${entry.id} ${short}`, style: "danger" },
      );
    if (entry.state === "applied")
      card.actions.push(
        { label: "Keep", line: `keep ${entry.id}`, style: "primary" },
        { label: "Revert now", line: `revert ${entry.id}`, style: "danger" },
      );
    card.actions.push({ label: "Refresh", line: `change ${entry.id}` });
    return card;
  },
});
