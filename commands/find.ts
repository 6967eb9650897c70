import { z } from "zod";
import { onWorker } from "../src/command/define.js";
import { fail } from "../src/contract/failure.js";
import { nearest } from "../src/contract/nearest.js";
import { FindAnswer, findWord } from "../src/diagnosis/find.js";
import { findCard } from "../src/diagnosis/find-card.js";

/** The smart look-up: a line that is no command but one word is this command. */
export default onWorker({
  summary: "finds out what a name or id is: VM, port, project, network, security group, policy, host",
  details: [
    "the word alone does the same: `web-1`, a UUID, a policy; an address is `ip`, a host of the config its own command",
    "looks for the whole name or id in etcd, Neutron, Nova and Keystone; the same name in several projects is listed with them",
  ],
  examples: ["find web-1", "find 4625b777-3d8d-4c98-92b1-acdd56895b86"],
  args: z.object({
    word: z.string().min(1).max(255).meta({ positional: 0, placeholder: "NAME|UUID", description: "the whole name or id" }),
  }),
  risk: "read",
  role: "operator",
  timeout: 10_000,
  phases: ["asking etcd, Neutron, Nova and Keystone"],
  result: FindAnswer,
  search: {
    names: () => true,
    found: ({ vmCount, things, notAsked, unreadable }) =>
      vmCount + things.length > 0 || (notAsked.length + unreadable.count > 0 ? null : false),
  },
  async run(cluster, args, work) {
    const answer = await findWord(cluster, args.word, { ask: work, within: 8500, progress: () => undefined, now: () => work.now() });
    if (answer.vmCount + answer.things.length + answer.notAsked.length + answer.unreadable.count > 0) return { ...answer, alike: [] };
    const near = nearest(args.word, answer.alike);
    throw fail("not_found", `nothing in ${cluster.name} is called \`${args.word.slice(0, 60)}\``, {
      hint: near ? `did you mean \`find ${near}\`?` : "whole names and ids are looked for in etcd, Neutron, Nova and Keystone",
    });
  },
  render(result, seen) {
    const card = findCard(result);
    card.actions.push({ label: "Refresh", line: seen.line });
    if (seen.job !== null) card.actions.push({ label: "Raw", line: `raw ${seen.job}` });
    card.again = seen.line;
    return card;
  },
});
