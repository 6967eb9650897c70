import { z } from "zod";
import { timeSpan } from "../src/command/change-words.js";
import { onBot } from "../src/command/define.js";
import { minuteOf } from "../src/contract/times.js";
import { view } from "../src/contract/view.js";

const week = 7 * 86_400_000;

/** No changes for a while. */
export default onBot({
  summary: "stops changes of a cluster for a while, with the reason",
  details: [
    "nothing is proposed, voted for or applied meanwhile; reads, keep, revert, rollback, unfreeze and emergencies go on",
    "the worker keeps it on its disk, so it holds without Redis too",
  ],
  examples: ["freeze lab 2h 'tor upgrade in rack 12'"],
  args: z.object({
    cluster: z.string().min(1).max(60).meta({ positional: 0, placeholder: "CLUSTER", target: true, description: "which" }),
    time: timeSpan.refine((ms) => ms <= week, "at most 7d").meta({ positional: 1, placeholder: "TIME", description: "`2h`, `1d`" }),
    why: z.string().min(3).max(300).meta({ positional: 2, placeholder: "WHY", description: "in quotes when it is more than a word" }),
  }),
  risk: "read",
  role: "operator",
  async run(desk, { cluster, time, why }) {
    const { until, who } = await desk.freeze(cluster, time, why);
    const card = view("warn", `${cluster}: changes are frozen until ${minuteOf(until)} UTC`, `by ${who}: ${why}`);
    card.footer.push("reads, keep, revert, rollback and emergencies go on");
    card.actions.push({ label: "Unfreeze", line: `unfreeze ${cluster}` });
    return card;
  },
});
