import { z } from "zod";
import { vmLabels } from "../src/calico/resource.js";
import { changeCard } from "../src/command/change-card.js";
import { allVms, ground, notesOf, orderBefore, refuseTwice, tiersBefore } from "../src/command/cutting-off.js";
import { onChange } from "../src/command/define.js";
import { lasting, lastingArg } from "../src/command/lasting.js";
import { oneVm } from "../src/command/one-vm.js";
import { planned, planningPhases } from "../src/command/planning.js";
import type { Guard } from "../src/contract/plan.js";
import { ago, list } from "../src/diagnosis/say.js";
import { isolated } from "../src/plan/cut-off.js";

/** Cuts a VM off from everything for a time, without stopping it. */
export default onChange({
  summary: "cut a VM off from everything for a time, without stopping it",
  details: [
    "a GlobalNetworkPolicy before all others of tier `default`, which drops its traffic in both directions and ends by itself",
    "DHCP, DNS and metadata of its own host stay: felix opens them before any policy",
    "connections that are open already are not cut",
  ],
  examples: ["isolate web-1", 'isolate 10.65.0.21 2h --why "sends spam" --dry-run'],
  args: z.object({
    vm: z.string().min(1).max(253).meta({ positional: 0, placeholder: "VM", description: "name, instance id, port id or address" }),
    lasts: lastingArg,
    why: z.string().min(1).max(200).optional().meta({ placeholder: "TEXT", description: "for whoever finds the policy" }),
  }),
  role: "operator",
  timeout: 30_000,
  phases: planningPhases,
  async plan(cluster, { vm: word, lasts, why }, work) {
    const window = lasting(lasts);
    const here = await ground(cluster, work);
    const vm = oneVm(here.model, word);
    const name = `chatops-isolate-${vm.instance.toLowerCase()}`;
    refuseTwice(here, name);
    const project = vm.project === null ? "" : ` && ${vmLabels.projectId} == "${vm.project}"`;
    const notes = { vm: vm.called, ...notesOf(work, { why, lasts }) };
    const cut = { name, selector: `${allVms(cluster)}${project}`, order: orderBefore(here), notes };
    const shared = vm.shared.map(({ text }) => text);
    const guards: Guard[] = [
      ...tiersBefore(here),
      { severity: "note", text: `${vm.called} keeps DHCP, DNS and metadata of its own host: felix opens them before any policy` },
      ...(shared.length === 0
        ? []
        : [{ severity: "note" as const, text: `${vm.called} may also use ${list(shared)}, which others have too: that is not cut off` }]),
    ];
    const wanted = { action: "apply" as const, draft: isolated(vm.addresses, cut) };
    return planned(cluster, [wanted], { guards, terms: { window, ends: "expiry" } }, work);
  },
  render: (plan, seen, args) => changeCard(plan, seen, args, `isolates ${args.vm} for ${ago(lasting(args.lasts))}`),
});
