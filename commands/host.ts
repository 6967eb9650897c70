import { z } from "zod";
import { onWorker } from "../src/command/define.js";
import { hostNamed } from "../src/command/host-named.js";
import { HostAnswer, hostAnswer } from "../src/diagnosis/host/answer.js";
import { hostCard } from "../src/diagnosis/host/card.js";
import { gatherHost } from "../src/diagnosis/host/gather.js";

/** One host from every source that knows it; sources that disagree are shown against each other. */
export default onWorker({
  summary: "one host: felix, BIRD, units, Neutron's agent, VM ports, versions, and where these disagree",
  details: [
    "asks the host itself, the far ends of its BGP sessions, etcd and Neutron",
    "a felix that ended with exit code 129 restarted for changed configuration; it did not crash",
  ],
  examples: ["host compute1", "host 10.0.1.11"],
  args: z.object({
    name: z.string().meta({ positional: 0, placeholder: "NAME", description: "a host of the config, by name or address" }),
  }),
  risk: "read",
  role: "viewer",
  timeout: 9000,
  phases: ["asking the host and its far ends"],
  result: HostAnswer,
  async run(cluster, args, work) {
    const host = hostNamed(cluster, args.name, (name) => `host ${name}`);
    const progress = (done: number, total: number): void => work.progress(0, done, total);
    return hostAnswer(await gatherHost(cluster, host, { ask: work, within: 8000, progress, now: () => work.now() }));
  },
  render(result, seen) {
    const card = hostCard(result);
    card.actions.push({ label: "Refresh", line: seen.line }, { label: "BGP", line: `bgp ${result.host}` });
    if (seen.job !== null) card.actions.push({ label: "Raw", line: `raw ${seen.job}` });
    card.again = seen.line;
    return card;
  },
});
