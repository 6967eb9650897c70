import { z } from "zod";
import { onWorker } from "../src/command/define.js";
import { hostNamed } from "../src/command/host-named.js";
import { fail } from "../src/contract/failure.js";
import { RoutesAnswer, routesAnswer } from "../src/diagnosis/routes/answer.js";
import { routesCard } from "../src/diagnosis/routes/card.js";
import { RouteCensus, takeCensus } from "../src/diagnosis/routes/census.js";
import { censusCard } from "../src/diagnosis/routes/census-card.js";
import { parseDestination } from "../src/diagnosis/routes/destination.js";
import { gatherRoutes } from "../src/diagnosis/routes/gather.js";

/** Where an address is, who announces it, who uses it, and what the kernels do: the question behind most "no network" calls. */
export default onWorker({
  summary: "who owns an IP or prefix, who announces it, who uses it; without one: routes per host",
  details: [
    "asks the owner (by etcd), every reflector and a few sampled hosts; --node asks that host only",
    "a lookup that ends at the default route is said to be one, two announcers are told from a live migration",
  ],
  examples: ["routes 10.65.0.12", "routes 10.65.0.0/24", "routes fd00::12 --node compute1", "routes"],
  args: z.object({
    destination: z.string().optional().meta({ positional: 0, placeholder: "IP", description: "an address or a prefix, IPv4 or IPv6" }),
    node: z.string().optional().meta({ placeholder: "N", description: "ask this host only" }),
  }),
  risk: "read",
  role: "viewer",
  timeout: 9000,
  phases: ["asking owner, reflectors and samples"],
  result: z.discriminatedUnion("what", [RoutesAnswer, RouteCensus]),
  search: { names: ({ destination }) => destination !== undefined, found: (answer) => (answer.what === "census" ? true : answer.found) },
  async run(cluster, args, work) {
    const how = {
      ask: work,
      within: 8000,
      progress: (done: number, total: number) => work.progress(0, done, total),
      now: () => work.now(),
    };
    if (args.destination === undefined) {
      if (args.node !== undefined)
        throw fail("usage", "--node needs an address or a prefix", { hint: `\`routes 10.65.0.12 --node ${args.node}\`` });
      return takeCensus(cluster, how);
    }
    const destination = parseDestination(args.destination);
    const node = args.node === undefined ? null : hostNamed(cluster, args.node, (name) => `routes ${args.destination} --node ${name}`);
    return routesAnswer(await gatherRoutes(cluster, { destination, node }, how), node?.name ?? null);
  },
  render(result, seen) {
    const card = result.what === "census" ? censusCard(result) : routesCard(result);
    card.actions.push({ label: "Refresh", line: seen.line });
    if (seen.job !== null) card.actions.push({ label: "Raw", line: `raw ${seen.job}` });
    card.again = seen.line;
    return card;
  },
});
