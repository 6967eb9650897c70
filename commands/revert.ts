import { z } from "zod";
import { changeId } from "../src/command/change-words.js";
import { onBot } from "../src/command/define.js";

/** Puts an applied change back at once. */
export default onBot({
  summary: "puts back a change that is applied and not kept yet, now",
  details: [
    "without an id: the one that waits to be kept",
    "what somebody else changed meanwhile is left as it is, and said",
    "a change that was kept is undone with `rollback`",
  ],
  examples: ["revert", "revert c-abcdefg"],
  args: z.object({ id: changeId.optional() }),
  risk: "read",
  role: "operator",
  quiet: true,
  run: (desk, { id }) => desk.changes.order(id ?? null, "revert", 0),
});
