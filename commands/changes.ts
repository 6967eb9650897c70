import { z } from "zod";
import { timeSpan } from "../src/command/change-words.js";
import { onWorker } from "../src/command/define.js";
import { changesSince, whoseWrite } from "../src/command/whose-write.js";
import { Feed, watchedOf } from "../src/diagnosis/changes/feed.js";
import { feedCard } from "../src/diagnosis/changes/feed-card.js";

const hour = 3_600_000;

/** What changed in the last hour, and who is suspect. */
export default onWorker({
  summary: "what changed lately: through the bot, without it, by tenants; felix restarts",
  details: [
    "the worker watches what is written to Calico's objects; etcd does not know who writes: what no change of the bot made is `not through the bot`",
    "security groups and VM ports are Neutron's and are counted, compared with the time before when more than an hour of it was watched",
    "a start of felix is told by the uptime in its status key; reboots of hosts are not told",
    "kept for 24 hours in the worker's memory: a worker that started later says since when it watches",
  ],
  examples: ["changes", "changes --since 4h", "changes --since 30m --cluster lab"],
  args: z.object({
    since: timeSpan
      .refine((ms) => ms >= 1000 && ms <= 24 * hour, "at most 24h")
      .optional()
      .meta({ placeholder: "TIME", description: "how far back: `30m`, `4h`; an hour unless said" }),
  }),
  risk: "read",
  role: "viewer",
  timeout: 9000,
  phases: ["asking the watch on etcd and the journal"],
  everywhere: false,
  result: Feed,
  async run(cluster, { since = hour }, work) {
    const now = work.now();
    const from = now - since;
    const history = (await cluster.history?.since(from, work)) ?? null;
    const done = work.done?.() ?? null;
    return {
      ...{ cluster: cluster.name, from, now },
      watched: history === null ? null : watchedOf(history, cluster, whoseWrite(done ?? [])),
      changes: done === null ? null : changesSince(done, from),
    };
  },
  render(result, seen) {
    const card = feedCard(result);
    card.actions.push({ label: "Refresh", line: seen.line });
    if (seen.job !== null) card.actions.push({ label: "Raw", line: `raw ${seen.job}` });
    card.again = seen.line;
    return card;
  },
});
