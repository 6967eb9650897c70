import { z } from "zod";
import { changeId } from "../src/command/change-words.js";
import { onBot } from "../src/command/define.js";

/** Takes a change back before it is applied. */
export default onBot({
  summary: "takes back a change that is not applied yet",
  details: ["by who asked for it, or by an approver; what is applied already is put back with `revert`"],
  examples: ["withdraw c-abcdefg"],
  args: z.object({ id: changeId }),
  risk: "read",
  role: "viewer",
  quiet: true,
  run: (desk, { id }) => desk.changes.withdraw(id),
});
