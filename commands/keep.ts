import { z } from "zod";
import { changeId } from "../src/command/change-words.js";
import { onBot } from "../src/command/define.js";

/** What is applied stays. */
export default onBot({
  summary: "keeps a change that would be put back by itself",
  details: ["without an id: the one that waits to be kept", "until the worker has confirmed it, the card says `keep requested`"],
  examples: ["keep", "keep c-abcdefg"],
  args: z.object({ id: changeId.optional() }),
  risk: "read",
  role: "operator",
  quiet: true,
  run: (desk, { id }) => desk.changes.order(id ?? null, "keep", 0),
});
