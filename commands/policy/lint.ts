import { z } from "zod";
import { modelOf } from "../../src/calico/verdict/model.js";
import { onWorker } from "../../src/command/define.js";
import { nearest } from "../../src/contract/nearest.js";
import { noGroups } from "../../src/diagnosis/policies/find-policy.js";
import { groupsCalled } from "../../src/diagnosis/policies/groups-called.js";
import { LintAnswer, lintAnswer } from "../../src/diagnosis/policies/lint-answer.js";
import { lintCard } from "../../src/diagnosis/policies/lint-card.js";
import { readParts } from "../../src/diagnosis/verdict/read-model.js";

/** What reviewers of policies look for, over what is in force: the same as `calico-chatops policy lint` does on a snapshot. */
export default onWorker({
  summary: "what is wrong with policies: selects nothing, shadowed rules, Pass that drops, missing tier",
  details: [
    "each finding says how to mend it; what may well be meant so is only noted",
    "rules are compared by what they say, so a finding holds whatever VMs there are; selectors are held against the endpoints in etcd",
    "policies that Neutron writes for security groups are not looked at rule by rule: nobody mends them by hand",
  ],
  examples: ["policy lint", "policy lint default-deny-all", "policy lint openstack/web --cluster lab"],
  args: z.object({
    name: z
      .string()
      .min(1)
      .max(253)
      .optional()
      .meta({ positional: 0, placeholder: "NAME", description: "only about this policy; without it: all" }),
  }),
  risk: "read",
  role: "viewer",
  timeout: 15_000,
  phases: ["reading policies and endpoints"],
  result: LintAnswer,
  async run(cluster, { name = null }, work) {
    const { parts, revision, at } = await readParts(cluster, work);
    const model = modelOf(parts);
    const groups = name === null ? noGroups : await groupsCalled(cluster, model, { name, ask: work });
    return lintAnswer(model, { cluster: cluster.name, region: cluster.region, revision, at, name, groups, near: nearest });
  },
  render(result, seen) {
    const card = lintCard(result);
    card.actions.push({ label: "Refresh", line: seen.line });
    if (result.name !== null) card.actions.push({ label: "All policies", line: "policy lint" });
    if (seen.job !== null) card.actions.push({ label: "Raw", line: `raw ${seen.job}` });
    card.again = seen.line;
    return card;
  },
});
