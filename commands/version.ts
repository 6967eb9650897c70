import { z } from "zod";
import { onWorker } from "../src/command/define.js";
import { gatherVersions } from "../src/diagnosis/versions/gather.js";
import { VersionsAnswer, versionsAnswer } from "../src/diagnosis/versions/versions.js";
import { versionsCard } from "../src/diagnosis/versions/versions-card.js";

/** Which version runs where, before and after an upgrade. */
export default onWorker({
  summary: "versions of calicoctl, Calico, etcd, BIRD, bot and worker, and what does not agree",
  details: [
    "Calico's own version is unknown on OpenStack: nobody writes it there, and calicoctl then compares nothing",
    "policy keys tell the generation: default.<name> up to v3.31, plain from v3.32 on",
  ],
  examples: ["version", "version --cluster lab"],
  args: z.object({}),
  risk: "read",
  role: "viewer",
  timeout: 9000,
  phases: ["asking calicoctl, etcd and every BIRD"],
  everywhere: true,
  result: VersionsAnswer,
  async run(cluster, _args, work) {
    const progress = (done: number, total: number): void => work.progress(0, done, total);
    return versionsAnswer(cluster.name, await gatherVersions(cluster, { ask: work, within: 7500, progress, now: () => work.now() }));
  },
  render(result, seen) {
    const card = versionsCard(result);
    card.actions.push({ label: "Refresh", line: seen.line });
    if (seen.job !== null) card.actions.push({ label: "Raw", line: `raw ${seen.job}` });
    card.again = seen.line;
    return card;
  },
});
