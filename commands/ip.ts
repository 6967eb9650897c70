import { z } from "zod";
import { onWorker } from "../src/command/define.js";
import { fail } from "../src/contract/failure.js";
import { canonical } from "../src/diagnosis/address.js";
import { askIp, IpAnswer } from "../src/diagnosis/ip.js";
import { ipCard } from "../src/diagnosis/ip-card.js";

/** Whom an address belongs to, by etcd, Neutron and the config, and whether they agree. */
export default onWorker({
  summary: "whom an address belongs to: VM, floating IP, gateway, host; where etcd and Neutron disagree",
  details: [
    "two owners, and an owner that only one of etcd and Neutron knows, are findings",
    "an address is typed without its prefix length; IPv6 in any form",
  ],
  examples: ["ip 10.65.0.11", "ip fd00:65::12"],
  args: z.object({
    address: z
      .string()
      .max(60)
      .refine((text) => canonical(text) !== null, "an address is 10.65.0.11 or fd00:65::12")
      .meta({ positional: 0, placeholder: "ADDRESS", description: "of a VM, a gateway, a host, or a floating IP" }),
  }),
  risk: "read",
  role: "operator",
  timeout: 10_000,
  phases: ["asking etcd and Neutron"],
  result: IpAnswer,
  search: {
    names: () => true,
    found: ({ owners, notAsked, unreadable }) => owners.length > 0 || (notAsked.length + unreadable.count > 0 ? null : false),
  },
  async run(cluster, args, work) {
    const address = canonical(args.address);
    if (address === null) throw fail("usage", `\`${args.address}\` is no address`);
    return askIp(cluster, address, { ask: work, within: 8500, progress: () => undefined, now: () => work.now() });
  },
  render(result, seen) {
    const card = ipCard(result);
    card.actions.push({ label: "Refresh", line: seen.line });
    if (seen.job !== null) card.actions.push({ label: "Raw", line: `raw ${seen.job}` });
    card.again = seen.line;
    return card;
  },
});
