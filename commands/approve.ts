import { z } from "zod";
import { changeId, planDigest } from "../src/command/change-words.js";
import { onBot } from "../src/command/define.js";

/** A vote for a change, for exactly the plan that was seen. */
export default onBot({
  summary: "agrees to a change that waits for approval",
  details: [
    "the button on the change's card carries the digest of the plan that stands there; typed by hand the digest belongs to the line",
    "nobody agrees to his own change, unless the configuration lets him; of one person the last vote counts",
  ],
  examples: ["approve c-abcdefg 0123456789ab"],
  args: z.object({ id: changeId, plan: planDigest.optional() }),
  risk: "read",
  role: "approver",
  quiet: true,
  run: (desk, { id, plan }) => desk.changes.vote(id, { digest: plan ?? null, verdict: "approve", reason: null }),
});
