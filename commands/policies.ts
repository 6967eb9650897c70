import { z } from "zod";
import { onWorker } from "../src/command/define.js";
import { nearest } from "../src/contract/nearest.js";
import { policyFacts } from "../src/diagnosis/policies/facts.js";
import { oneEndpoint } from "../src/diagnosis/policies/find-endpoint.js";
import { GoverningAnswer, governingAnswer } from "../src/diagnosis/policies/governing.js";
import { governingCard } from "../src/diagnosis/policies/governing-card.js";
import { PoliciesAnswer, policiesAnswer } from "../src/diagnosis/policies/policies.js";
import { policiesCard } from "../src/diagnosis/policies/policies-card.js";

/** In which order policies are evaluated: nearly all of people's come before the security groups, which surprises. */
export default onWorker({
  summary: "policies in evaluation order with what they select; for a VM those that govern it",
  details: [
    "security groups are one row: they have no order, so any policy with one comes before them",
    "a VM is given by port id, instance id, address or floating IP; a HostEndpoint by its name",
    "selectors are evaluated as felix does, over the labels in etcd",
  ],
  examples: ["policies", "policies 10.65.0.21", "policies 3c7248c1-3a04-584e-82c6-6c3869b14a66 --cluster lab"],
  args: z.object({
    vm: z
      .string()
      .min(1)
      .max(253)
      .optional()
      .meta({ positional: 0, placeholder: "VM", description: "port id, instance id, address, or host interface" }),
  }),
  risk: "read",
  role: "viewer",
  timeout: 9000,
  phases: ["reading policies and endpoints"],
  result: z.discriminatedUnion("shape", [PoliciesAnswer, GoverningAnswer]),
  search: { names: ({ vm }) => vm !== undefined, found: () => true },
  async run(cluster, { vm }, work) {
    const facts = await policyFacts(cluster, work);
    return vm === undefined ? policiesAnswer(facts) : governingAnswer(facts, oneEndpoint(facts, vm, nearest));
  },
  render(result, seen) {
    const card = result.shape === "all" ? policiesCard(result) : governingCard(result);
    card.actions.push({ label: "Refresh", line: seen.line });
    if (result.shape === "all") card.actions.push({ label: "Lint", line: "policy lint" });
    if (result.shape === "one") card.actions.push({ label: "All policies", line: "policies" });
    if (seen.job !== null) card.actions.push({ label: "Raw", line: `raw ${seen.job}` });
    card.again = seen.line;
    return card;
  },
});
