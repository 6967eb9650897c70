import { z } from "zod";
import { onWorker } from "../src/command/define.js";
import { AgentsAnswer, agentsAnswer, gatherAgents } from "../src/diagnosis/agents.js";
import { agentsCard } from "../src/diagnosis/agents-card.js";

/** Neutron's agents beside felix' own keys, and whether new VMs get a network. */
export default onWorker({
  summary: "Neutron's agents with heartbeat and felix key, and whether new VMs get a network",
  details: [
    "Neutron answers a user without the role with an empty list; that is told apart from having no agents",
    "stuck = bound more than a minute ago, felix has it up or never reported it, and Neutron does not call it ACTIVE",
  ],
  examples: ["agents", "agents --cluster lab"],
  args: z.object({}),
  risk: "read",
  role: "viewer",
  timeout: 9000,
  phases: ["asking Neutron and etcd"],
  result: AgentsAnswer,
  async run(cluster, _args, work) {
    const how = { ask: work, within: 7500, progress: () => undefined, now: () => work.now() };
    return agentsAnswer(await gatherAgents(cluster, how), cluster.region);
  },
  render(result, seen) {
    const card = agentsCard(result);
    card.actions.push({ label: "Refresh", line: seen.line });
    if (seen.job !== null) card.actions.push({ label: "Raw", line: `raw ${seen.job}` });
    card.again = seen.line;
    return card;
  },
});
