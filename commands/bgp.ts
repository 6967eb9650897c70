import { z } from "zod";
import { onWorker } from "../src/command/define.js";
import { hostNamed } from "../src/command/host-named.js";
import { fail } from "../src/contract/failure.js";
import { nearest } from "../src/contract/nearest.js";
import { BgpAnswer, bgpAnswer } from "../src/diagnosis/bgp.js";
import { bgpCard } from "../src/diagnosis/bgp-card.js";
import type { Facts } from "../src/diagnosis/facts.js";
import { gatherBirds, gatherNodeStatus } from "../src/diagnosis/gather.js";
import { farEndNamed, farEndNames } from "../src/diagnosis/narrowing.js";

/** BGP as both ends see it, which is what a half-open session needs. */
export default onWorker({
  summary: "BGP sessions with both ends, state, since, prefixes and why one is down",
  details: [
    "birdc is the source; `calicoctl node status` is shown beside it when a node is named",
    "a far end that is not a host of the config is shown by its address",
  ],
  examples: ["bgp", "bgp compute1", "bgp --peer rr1", "bgp compute1 --peer 10.0.0.254"],
  args: z.object({
    node: z.string().optional().meta({ positional: 0, placeholder: "NODE", description: "a host of the cluster" }),
    peer: z.string().optional().meta({ placeholder: "P", description: "one far end: a host, or the address of a router" }),
  }),
  risk: "read",
  role: "viewer",
  timeout: 9000,
  phases: ["asking birdc on every host"],
  result: BgpAnswer,
  async run(cluster, args, work) {
    const node = args.node === undefined ? null : hostNamed(cluster, args.node, (name) => `bgp ${name}`);
    const how = {
      ask: work,
      within: 7500,
      progress: (done: number, total: number) => work.progress(0, done, total),
      now: () => work.now(),
    };
    const [facts, status] = await Promise.all([gatherBirds(cluster, how), gatherNodeStatus(cluster, node, how)]);
    const peer = args.peer === undefined ? null : farEnd(facts, args.peer, args.node);
    return bgpAnswer(facts, { node: node?.name ?? null, peer }, status);
  },
  render(result, seen) {
    const card = bgpCard(result);
    card.actions.push({ label: "Refresh", line: seen.line });
    if (seen.job !== null) card.actions.push({ label: "Raw", line: `raw ${seen.job}` });
    card.again = seen.line;
    return card;
  },
});

/** Known only when the sessions are: a far end need not be a host of the config. */
function farEnd(facts: Facts, typed: string, node: string | undefined): string {
  const found = farEndNamed(facts, typed);
  if (found !== null) return found;
  const near = nearest(typed, farEndNames(facts));
  const line = node === undefined ? "bgp" : `bgp ${node}`;
  throw fail("not_found", `no BGP session of ${facts.cluster} leads to \`${typed.slice(0, 80)}\``, {
    hint: near ? `did you mean \`${line} --peer ${near}\`?` : "a host of the config, or the address of a far end",
  });
}
