import { z } from "zod";
import { onWorker } from "../src/command/define.js";
import { calicoDocument, objectsIn } from "../src/command/documents.js";
import { nearest } from "../src/command/nearest.js";
import { fail } from "../src/contract/failure.js";
import { evaluated } from "../src/diagnosis/evaluate/evaluated.js";
import { dryRunCard } from "../src/diagnosis/preview/dry-run-card.js";
import { doubtsOf, PreviewAnswer } from "../src/diagnosis/preview/preview.js";
import { DryRun, dryRun } from "../src/plan/dry-run.js";

/** Kinds that decide who may talk to whom. */
const deciding = /Policy$|^(Tier|NetworkSet|GlobalNetworkSet|HostEndpoint|WorkloadEndpoint|Profile)$/;

/** What applying documents would do: objects, dangers, traffic. */
export default onWorker({
  summary: "what applying YAML would change, what speaks against it, and what that does to traffic",
  details: [
    "only `--dry-run` is answered: nothing is applied yet by this version",
    "the YAML stands below the line, in a code block, in the form that opens after the slash command, or in a file (`--file`)",
    "each object is compared with what is stored, in the form in which calicoctl would store it",
    "guards tell what is known to go wrong: blocking, wants more approvers, worth knowing",
  ],
  examples: ["apply --dry-run"],
  args: z.object({
    "dry-run": z.boolean().default(false).meta({ description: "only say what would happen" }),
  }),
  document: calicoDocument("Try a change", true),
  risk: "read",
  role: "viewer",
  timeout: 20_000,
  phases: ["reading what is stored", "reading policies and endpoints"],
  result: z.object({ cluster: z.string(), plan: DryRun, effect: PreviewAnswer.nullable() }),
  async run(cluster, { "dry-run": dry }, work) {
    if (!dry) throw fail("denied", "nothing is applied by this version", { hint: "`apply --dry-run` says what would happen" });
    const { drafts, doubts } = objectsIn(work.document);
    const plan = await dryRun(cluster, drafts, work);
    work.progress(1, 0, 0);
    const policies = drafts.filter(({ kind }) => deciding.test(kind));
    const wish = { kind: "documents" as const, objects: policies.map(({ object }) => object) };
    const question = { about: "preview" as const, wish, doubts: doubtsOf(doubts) };
    const how = { ask: work, near: nearest, answer: PreviewAnswer };
    const effect = policies.length === 0 ? null : await evaluated(cluster, question, how);
    return { cluster: cluster.name, plan, effect };
  },
  render(result, { job }) {
    const card = dryRunCard(result);
    if (job !== null) card.actions.push({ label: "Raw", line: `raw ${job}` });
    return card;
  },
});
