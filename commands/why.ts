import { z } from "zod";
import { onWorker } from "../src/command/define.js";
import { nearest } from "../src/contract/nearest.js";
import { readParts } from "../src/diagnosis/verdict/read-model.js";
import { askedService, WhyAnswer, whyAnswer } from "../src/diagnosis/verdict/why.js";
import { whyCard } from "../src/diagnosis/verdict/why-card.js";

const end = (positional: number, placeholder: string) =>
  z.string().min(1).max(253).meta({ positional, placeholder, description: "name, port id, instance id, address, CIDR, or `internet`" });

/** Whether a connection passes the policies at both of its ends: the first question when somebody cannot connect. */
export default onWorker({
  summary: "whether SRC may connect to DST, and which rule at which end decides",
  details: [
    "PORT: `5432` is tcp, else `udp/53`, `sctp/3868`, `icmp`, `icmp/8`; without one: icmp",
    "policies, security groups, tiers and profiles are evaluated as felix programs them; the path between the hosts is not looked at",
    "a CIDR or `internet` is judged part by part, cut by the prefixes that rules and sets name",
    "what cannot be judged makes the answer uncertain and is named",
  ],
  examples: ["why web-1 db-1 5432", "why 10.65.0.21 internet 443", "why 203.0.113.0/24 10.65.0.21 udp/53 --cluster lab"],
  args: z.object({
    from: end(0, "SRC"),
    to: end(1, "DST"),
    port: z.string().min(1).max(40).optional().meta({ positional: 2, placeholder: "PORT", description: "port or protocol; default icmp" }),
  }),
  risk: "read",
  role: "viewer",
  timeout: 9000,
  phases: ["reading policies and endpoints"],
  result: WhyAnswer,
  search: { names: () => true, found: ({ egress, ingress }) => egress !== null || ingress !== null },
  async run(cluster, { from, to, port = "icmp" }, work) {
    const asked = askedService(port);
    const snapshot = await readParts(cluster, work);
    return whyAnswer({ ...snapshot, cluster: cluster.name, hosts: cluster.hosts, near: nearest }, { from, to, asked });
  },
  render(result, seen) {
    const card = whyCard(result);
    card.actions.push({ label: "Refresh", line: seen.line });
    for (const { endpoint } of [result.ingress, result.egress].flatMap((one) => one ?? []).slice(0, 1))
      card.actions.push({ label: "Its policies", line: `policies ${endpoint.slice(endpoint.indexOf("/") + 1)}` });
    if (seen.job !== null) card.actions.push({ label: "Raw", line: `raw ${seen.job}` });
    card.again = seen.line;
    return card;
  },
});
