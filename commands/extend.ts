import { z } from "zod";
import { changeId, timeSpan } from "../src/command/change-words.js";
import { onBot } from "../src/command/define.js";

const day = 86_400_000;

/** More time before an applied change ends. */
export default onBot({
  summary: "gives an applied change more time before it is put back, or before a block ends",
  details: ["`10m`, `1h`; at most 24 hours at a time"],
  examples: ["extend c-abcdefg 10m"],
  args: z.object({
    id: changeId,
    by: timeSpan.refine((ms) => ms <= day, "at most 24h").meta({ positional: 1, placeholder: "TIME", description: "`10m`, `1h`" }),
  }),
  risk: "read",
  role: "operator",
  quiet: true,
  run: (desk, { id, by }) => desk.changes.order(id, "extend", by),
});
