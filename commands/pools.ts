import { z } from "zod";
import { onWorker } from "../src/command/define.js";
import { addressFacts } from "../src/diagnosis/pools/facts.js";
import { PoolsAnswer, poolsAnswer } from "../src/diagnosis/pools/pools.js";
import { poolsCard } from "../src/diagnosis/pools/pools-card.js";

/** Whether there is room for more VMs, and whether the plan of addresses is sound. */
export default onWorker({
  summary: "IP pools with encapsulation, NAT, use, overlaps and room to grow",
  details: [
    "use is counted from the VMs' ports in etcd: Neutron gives them their addresses, Calico's own address management knows none",
    "compared with each other, with the hosts' addresses and with every subnet that has DHCP",
  ],
  examples: ["pools", "pools --cluster lab"],
  args: z.object({}),
  risk: "read",
  role: "viewer",
  timeout: 9000,
  phases: ["reading pools, subnets and endpoints"],
  everywhere: true,
  result: PoolsAnswer,
  async run(cluster, _args, work) {
    return poolsAnswer(await addressFacts(cluster, work));
  },
  render(result, seen) {
    const card = poolsCard(result);
    card.actions.push({ label: "Refresh", line: seen.line }, { label: "Pools as stored", line: "get ippool" });
    if (seen.job !== null) card.actions.push({ label: "Raw", line: `raw ${seen.job}` });
    card.again = seen.line;
    return card;
  },
});
