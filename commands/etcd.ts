import { z } from "zod";
import { onWorker } from "../src/command/define.js";
import { EtcdAnswer, etcdAnswer } from "../src/diagnosis/etcd/etcd.js";
import { etcdCard } from "../src/diagnosis/etcd/etcd-card.js";

/** ms between two looks at the revision, for the rate of writes. */
const apart = 1000;

/** etcd beyond "healthy", which it also says while it refuses every write. */
export default onWorker({
  summary: "etcd: members, leader, alarms, size and quota, compaction, certificates",
  details: [
    "an alarm stops all writes while every member still calls itself healthy",
    "the size is that of the largest member; the quota is the configured one, as etcd does not tell its own",
  ],
  examples: ["etcd", "etcd --cluster lab"],
  args: z.object({}),
  risk: "read",
  role: "viewer",
  timeout: 9000,
  phases: ["asking every member"],
  everywhere: true,
  result: EtcdAnswer,
  async run(cluster, _args, work) {
    const how = { ask: work, within: 7500, progress: () => {}, now: () => work.now() };
    return etcdAnswer(cluster, how, apart);
  },
  render(result, seen) {
    const card = etcdCard(result);
    card.actions.push({ label: "Refresh", line: seen.line }, { label: "Status", line: "status" });
    if (seen.job !== null) card.actions.push({ label: "Raw", line: `raw ${seen.job}` });
    card.again = seen.line;
    return card;
  },
});
