import { z } from "zod";
import { onWorker } from "../src/command/define.js";
import { nearest } from "../src/command/nearest.js";
import { fail } from "../src/contract/failure.js";
import { BgpAnswer, bgpAnswer } from "../src/diagnosis/bgp.js";
import { bgpCard } from "../src/diagnosis/bgp-card.js";
import { gatherBirds, gatherNodeStatus } from "../src/diagnosis/gather.js";

/** BGP as both ends see it, which is what a half-open session needs. */
export default onWorker({
  summary: "BGP sessions with both ends, state, since, prefixes and why one is down",
  details: [
    "birdc is the source; `calicoctl node status` is shown beside it when a node is named",
    "a far end that is not a host of the config is shown by its address",
  ],
  examples: ["bgp", "bgp compute1", "bgp rr1 --cluster lab"],
  args: z.object({ node: z.string().optional().meta({ positional: 0, placeholder: "NODE", description: "a host of the cluster" }) }),
  risk: "read",
  role: "viewer",
  timeout: 9000,
  phases: ["asking birdc on every host"],
  result: BgpAnswer,
  async run(cluster, args, work) {
    const node = args.node === undefined ? null : cluster.hosts.find((host) => host.name === args.node || host.address === args.node);
    if (node === undefined) {
      const near = nearest(
        args.node ?? "",
        cluster.hosts.map((host) => host.name),
      );
      throw fail("not_found", `${cluster.name} has no host \`${args.node}\``, {
        hint: near ? `did you mean \`bgp ${near}\`?` : "hosts come from the config",
      });
    }
    const how = {
      ask: work,
      within: 7500,
      progress: (done: number, total: number) => work.progress(0, done, total),
      now: () => work.now(),
    };
    const [facts, status] = await Promise.all([gatherBirds(cluster, how), gatherNodeStatus(cluster, node, how)]);
    return bgpAnswer(facts, node?.name ?? null, status);
  },
  render(result, seen) {
    const card = bgpCard(result);
    card.actions.push({ label: "Refresh", line: seen.line });
    if (seen.job !== null) card.actions.push({ label: "Raw", line: `raw ${seen.job}` });
    card.again = seen.line;
    return card;
  },
});
