import { z } from "zod";
import { parseCidr } from "../src/calico/cidr.js";
import { changeCard } from "../src/command/change-card.js";
import { allVms, ground, notesOf, orderBefore, ownRanges, refuseTwice, tiersBefore } from "../src/command/cutting-off.js";
import { onChange } from "../src/command/define.js";
import { lasting, lastingArg } from "../src/command/lasting.js";
import { planned, planningPhases } from "../src/command/planning.js";
import { poolCidrs } from "../src/command/pool-cidrs.js";
import { fail } from "../src/contract/failure.js";
import type { Guard } from "../src/contract/plan.js";
import { ago } from "../src/diagnosis/say.js";
import { asName, blocked } from "../src/plan/cut-off.js";

/** Up to this many bits of an address are one person's, ours to block without asking many. */
const narrow = { 4: 24, 6: 64 } as const;

/** Cuts an address off from all VMs for a time: the first thing that is done about an attack. */
export default onChange({
  summary: "cut an address or prefix off from all VMs for a time",
  details: [
    "a GlobalNetworkPolicy before all others of tier `default`, which drops its traffic in both directions and ends by itself",
    "of low severity where it is no larger than a /24 (IPv6: /64) and outside of the cloud's own ranges (`changes.ownRanges`, pools, hosts)",
    "connections that are open already are not cut",
  ],
  examples: ["block 203.0.113.7", 'block 203.0.113.0/24 30m --why "scans ssh"', "block 203.0.113.7 --dry-run"],
  args: z.object({
    net: z.string().min(1).max(60).meta({ positional: 0, placeholder: "IP|CIDR", description: "address or prefix to cut off" }),
    lasts: lastingArg,
    why: z.string().min(1).max(200).optional().meta({ placeholder: "TEXT", description: "for whoever finds the policy" }),
  }),
  role: "operator",
  timeout: 30_000,
  phases: planningPhases,
  async plan(cluster, { net: text, lasts, why }, work) {
    const net = parseCidr(text);
    const window = lasting(lasts);
    if (net === null) throw fail("usage", `\`${text}\` is no address or prefix`, { hint: "such as `block 203.0.113.7 4h`" });
    const here = await ground(cluster, work);
    const name = `chatops-block-${asName(net)}`;
    refuseTwice(here, name);
    const cut = { name, selector: allVms(cluster), order: orderBefore(here), notes: notesOf(work, { why, lasts }) };
    const own = ownRanges(cluster, await poolCidrs(cluster, work), net);
    const wide = net.bits < narrow[net.family];
    const doubts = [
      ...(own.length > 0 ? [`${net.text} meets the cloud's own ${own.slice(0, 3).join(", ")}`] : []),
      ...(wide ? [`${net.text} is wider than a /${narrow[net.family]}`] : []),
      ...(cluster.changes?.ownRanges.length === 0
        ? ["`changes.ownRanges` is not configured: nobody can tell that an address is not the cloud's own"]
        : []),
    ];
    const guards = [...tiersBefore(here), ...doubts.map((said): Guard => ({ severity: "note", text: said }))];
    const low =
      doubts.length === 0 ? `${net.text} is no wider than a /${narrow[net.family]} and outside of the cloud's own ranges` : undefined;
    const wanted = { action: "apply" as const, draft: blocked([net], cut) };
    return planned(cluster, [wanted], { low, guards, terms: { window, ends: "expiry" } }, work);
  },
  render: (plan, seen, args) => changeCard(plan, seen, args, `blocks ${args.net} for ${ago(lasting(args.lasts))}`),
});
