import { z } from "zod";
import { changeId } from "../src/command/change-words.js";
import { onBot } from "../src/command/define.js";
import { voteActions } from "../src/command/vote-actions.js";
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
    if (entry.state === "proposed") card.actions.push(...voteActions(entry.plan, card.verdict.text));
    if (entry.state === "applied")
      card.actions.push(
        { label: "Keep", line: `keep ${entry.id}`, style: "primary" },
        { label: "Revert now", line: `revert ${entry.id}`, style: "danger" },
      );
    card.actions.push({ label: "Refresh", line: `change ${entry.id}` });
    return card;
  },
});
