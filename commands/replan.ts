import { z } from "zod";
import { changeId } from "../src/command/change-words.js";
import { onBot } from "../src/command/define.js";
import { fail } from "../src/contract/failure.js";

/** A change that expired or no longer fits, planned anew. */
export default onBot({
  summary: "plans a change anew that expired or no longer fits, as a change of its own",
  details: ["it is compared with what is stored now, and needs its votes again; who asks now is its requester"],
  examples: ["replan c-abcdefg"],
  args: z.object({ id: changeId }),
  risk: "read",
  role: "operator",
  async run(desk, { id }) {
    // A change that is known becomes its own line before anything is asked of the bot itself.
    const { id: known } = await desk.changes.change(id);
    throw fail("usage", `\`replan ${known}\` stands alone`, { hint: `type \`replan ${known}\` and nothing else` });
  },
});
