import { z } from "zod";
import { modelOf } from "../src/calico/verdict/model.js";
import { onWorker } from "../src/command/define.js";
import { nearest } from "../src/contract/nearest.js";
import { AboutAnswer, aboutPolicy } from "../src/diagnosis/policies/about.js";
import { aboutCard } from "../src/diagnosis/policies/about-card.js";
import { groupsCalled } from "../src/diagnosis/policies/groups-called.js";
import { readParts } from "../src/diagnosis/verdict/read-model.js";

/** One policy in words: what it says, to whom, and where it comes in the order of evaluation. */
export default onWorker({
  summary: "what one policy or security group says, whom it selects, and what its rules hit",
  details: [
    "NAME: `web`, `openstack/web`, `platform.web`, `gnp/web` or `np/openstack/web` where several are called so; a security group by id or name",
    "a policy that is itself called `lint`, `test` or `preview` is asked for as `gnp/lint`",
    "selectors are shown in their canonical form and evaluated as felix does, over the labels in etcd",
    "a rule's source and destination are counted: VM ports, host interfaces, network sets; nothing = no endpoint has such labels now",
  ],
  examples: ["policy default-deny-all", "policy openstack/web", "policy 2117df17-0417-5fed-b68a-cd0c11ba6850 --cluster lab"],
  args: z.object({
    name: z.string().min(1).max(253).meta({ positional: 0, placeholder: "NAME", description: "policy, or security group by id or name" }),
  }),
  risk: "read",
  role: "viewer",
  timeout: 15_000,
  phases: ["reading policies and endpoints"],
  result: AboutAnswer,
  async run(cluster, { name }, work) {
    const { parts, revision, at } = await readParts(cluster, work);
    const model = modelOf(parts);
    const groups = await groupsCalled(cluster, model, { name, ask: work });
    return aboutPolicy(model, { cluster: cluster.name, region: cluster.region, revision, at, name, groups, near: nearest });
  },
  render(result, seen) {
    const card = aboutCard(result);
    card.actions.push({ label: "Refresh", line: seen.line }, { label: "All policies", line: "policies" });
    if (seen.job !== null) card.actions.push({ label: "Raw", line: `raw ${seen.job}` });
    card.again = seen.line;
    return card;
  },
});
