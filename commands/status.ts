import { z } from "zod";
import { onWorker } from "../src/command/define.js";
import { gather } from "../src/diagnosis/gather.js";
import { statusCard } from "../src/diagnosis/status-card.js";
import { Summary, summarise } from "../src/diagnosis/summary.js";

/** The first question of every call: is it us, how big, since when. */
export default onWorker({
  summary: "health of a cluster: etcd, Neutron, felix, BGP, pools; worst first",
  details: [
    "asks every host, etcd, Neutron and calicoctl at the same time and answers within 8 s",
    "what could not be asked is named and never counted as fine",
  ],
  examples: ["status", "status lab", "status --cluster all"],
  args: z.object({
    cluster: z
      .string()
      .optional()
      .meta({ positional: 0, placeholder: "CLUSTER", target: true, description: "a configured cluster, or all" }),
  }),
  risk: "read",
  role: "viewer",
  timeout: 9000,
  phases: ["asking hosts, etcd, Neutron and calicoctl"],
  everywhere: true,
  result: Summary,
  async run(cluster, _args, work) {
    const progress = (done: number, total: number): void => work.progress(0, done, total);
    return summarise(await gather(cluster, { ask: work, within: 7500, progress, now: () => work.now() }));
  },
  render(result, seen) {
    const card = statusCard(result);
    card.actions.push({ label: "Refresh", line: seen.line });
    if (seen.job !== null) card.actions.push({ label: "Raw", line: `raw ${seen.job}` });
    card.again = seen.line;
    return card;
  },
});
