import { z } from "zod";
import { onWorker } from "../src/command/define.js";
import { gather } from "../src/diagnosis/gather.js";
import { HostsAnswer, hostsAnswer } from "../src/diagnosis/hosts/answer.js";
import { hostsCard } from "../src/diagnosis/hosts/card.js";

/** All hosts at a glance, and those that only felix, Neutron or endpoints know of. */
export default onWorker({
  summary: "all hosts, those with trouble first; names that are not in the config",
  details: ["many hosts are told by rack or role, and only those with trouble one by one"],
  examples: ["hosts", "hosts --cluster lab"],
  args: z.object({}),
  risk: "read",
  role: "viewer",
  timeout: 9000,
  phases: ["asking hosts, etcd and Neutron"],
  result: HostsAnswer,
  async run(cluster, _args, work) {
    const progress = (done: number, total: number): void => work.progress(0, done, total);
    return hostsAnswer(await gather(cluster, { ask: work, within: 7500, progress, now: () => work.now() }));
  },
  render(result, seen) {
    const card = hostsCard(result);
    const [first] = result.rows;
    card.actions.push({ label: "Refresh", line: seen.line });
    if (first && first.light !== "ok" && first.light !== "info") card.actions.push({ label: first.name, line: `host ${first.name}` });
    if (seen.job !== null) card.actions.push({ label: "Raw", line: `raw ${seen.job}` });
    card.again = seen.line;
    return card;
  },
});
