import { z } from "zod";
import { reads } from "../src/cluster/openstack-reads.js";
import { onWorker } from "../src/command/define.js";
import { FailureError, fail } from "../src/contract/failure.js";
import { nearest } from "../src/contract/nearest.js";
import { CliAnswer, cliAnswer } from "../src/diagnosis/openstack-cli.js";
import { cliCard } from "../src/diagnosis/openstack-cli-card.js";

/** What people would type into a shell with the cloud's credentials, as far as it only reads. */
export default onWorker({
  summary: "a read of the `openstack` program, as a table",
  details: [
    `reads: ${Object.keys(reads).join(", ")}`,
    "options are those of the program, by their whole names; logins, files, logs and secrets are left out, and so is every change",
    "names of projects and tenants are shown only in channels with full detail; elsewhere it is the number of rows",
  ],
  examples: ["openstack port list --host compute1", "openstack network agent list", "openstack security group rule list web"],
  args: z.object({
    words: z
      .array(z.string())
      .min(1)
      .max(40)
      .meta({ rest: true, placeholder: "WORDS", description: "noun, verb and options, as in a shell" }),
  }),
  risk: "read",
  role: "operator",
  timeout: 28_000,
  phases: ["asking the openstack program"],
  result: CliAnswer,
  async run(cluster, args, work) {
    const { openstack } = cluster;
    if (openstack === null)
      throw fail("tool_missing", "OpenStack is not configured on this worker", { hint: "fill `worker.openstack` of the config" });
    const got = await openstack.cli(args.words, work);
    if (!got.ok) throw new FailureError(meant(args.words, got.failure));
    return cliAnswer(args.words, got.value, work.now());
  },
  render(result, seen) {
    const card = cliCard(result);
    card.actions.push({ label: "Refresh", line: seen.line });
    if (seen.job !== null) card.actions.push({ label: "Raw", line: `raw ${seen.job}` });
    card.again = seen.line;
    return card;
  },
});

/** A mistyped noun or verb gets the nearest read. */
function meant(words: readonly string[], failure: FailureError["failure"]): FailureError["failure"] {
  if (failure.code !== "usage" || !failure.message.includes("is not one of the reads")) return failure;
  const end = words.findIndex((word) => word.startsWith("-"));
  const near = nearest(words.slice(0, end < 0 ? 4 : end).join(" "), Object.keys(reads));
  return near ? { ...failure, hint: `did you mean \`openstack ${near}\`?` } : failure;
}
