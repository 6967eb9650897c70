import { z } from "zod";
import { onWorker } from "../src/command/define.js";
import { nearest } from "../src/contract/nearest.js";
import { evaluated } from "../src/diagnosis/evaluate/evaluated.js";
import { isAnybody, ReachAnswer } from "../src/diagnosis/verdict/reach.js";
import { reachCard } from "../src/diagnosis/verdict/reach-card.js";
import { askedService, WhyAnswer } from "../src/diagnosis/verdict/why.js";

import { whyCard } from "../src/diagnosis/verdict/why-card.js";

const named = "name, port id, instance id, address, CIDR, or `internet`";
const end = (positional: number, placeholder: string, description: string) =>
  z.string().min(1).max(253).meta({ positional, placeholder, description });

/** Whether a connection passes the policies at both of its ends: the first question when somebody cannot connect. */
export default onWorker({
  summary: "whether SRC may connect to DST, and which rule at which end decides; `why any DST`: who may",
  details: [
    "`any` for SRC asks who may reach DST: groups of endpoints and prefixes, each with one connection and the rules that decide, and who is dropped; without PORT on anything (a VM that is itself called `any` is asked for by its id)",
    "PORT: `5432` is tcp, else `udp/53`, `sctp/3868`, `icmp`, `icmp/8`; without one: icmp, and with `any` everything",
    "policies, security groups, tiers and profiles are evaluated as felix programs them; the path between the hosts is not looked at",
    "a CIDR or `internet` is judged part by part, cut by the prefixes that rules and sets name",
    "what cannot be judged makes the answer uncertain and is named",
  ],
  examples: [
    "why web-1 db-1 5432",
    "why any db-1 5432",
    "why 10.65.0.21 internet 443",
    "why 203.0.113.0/24 10.65.0.21 udp/53 --cluster lab",
  ],
  args: z.object({
    from: end(0, "SRC", `${named}; \`any\` = who may`),
    to: end(1, "DST", named),
    port: z
      .string()
      .min(1)
      .max(40)
      .optional()
      .meta({ positional: 2, placeholder: "PORT", description: "port or protocol; default icmp, with `any` everything" }),
  }),
  risk: "read",
  role: "viewer",
  timeout: 9000,
  phases: ["reading policies and endpoints"],
  result: z.discriminatedUnion("shape", [WhyAnswer, ReachAnswer]),
  search: {
    names: () => true,
    found: (result) => (result.shape === "reach" ? result.judged : result.egress !== null || result.ingress !== null),
  },
  async run(cluster, { from, to, port }, work) {
    askedService(port ?? "icmp");
    const how = { ask: work, near: nearest };
    return isAnybody(from)
      ? evaluated(cluster, { about: "reach", to, port: port ?? null }, { ...how, answer: ReachAnswer })
      : evaluated(cluster, { about: "why", from, to, port: port ?? "icmp" }, { ...how, answer: WhyAnswer });
  },
  render(result, seen) {
    const card = result.shape === "reach" ? reachCard(result) : whyCard(result);
    card.actions.push({ label: "Refresh", line: seen.line });
    const ends = result.shape === "reach" ? [] : [result.ingress, result.egress];
    for (const { endpoint } of ends.flatMap((one) => one ?? []).slice(0, 1))
      card.actions.push({ label: "Its policies", line: `policies ${endpoint.slice(endpoint.indexOf("/") + 1)}` });
    if (seen.job !== null) card.actions.push({ label: "Raw", line: `raw ${seen.job}` });
    card.again = seen.line;
    return card;
  },
});
