import { z } from "zod";
import { kindNamed, kindWords } from "../src/calico/kinds.js";
import { onWorker } from "../src/command/define.js";
import { fail } from "../src/contract/failure.js";
import { nearest } from "../src/contract/nearest.js";
import { ObjectsAnswer } from "../src/diagnosis/objects/answer.js";
import { countKinds, findObjects } from "../src/diagnosis/objects/find.js";
import { objectsCard } from "../src/diagnosis/objects/objects-card.js";

/** What lies in Calico's datastore, read there and not from calicoctl's tables, some of which panic. */
export default onWorker({
  summary: "Calico's objects of a kind as a table, or one as YAML",
  details: [
    "kinds by name, plural or alias: `gnp`, `np`, `wep`, `ippool`, `node`; without a kind: how many there are of each",
    "a NAME that ends in `*` finds all that start so; endpoints are also found by host, instance id and port id",
    "namespaced kinds are searched in all namespaces unless -n says one",
    "passwords are never shown; references to secrets are",
  ],
  examples: [
    "get",
    "get gnp",
    "get gnp default-deny-all",
    "get np web-db-policy -n openstack",
    "get wep compute-01",
    "get ippools --cluster lab",
  ],
  args: z.object({
    kind: z
      .string()
      .max(100)
      .optional()
      .meta({ positional: 0, placeholder: "KIND", description: "a kind of Calico's v3 API, or its alias" }),
    name: z
      .string()
      .min(1)
      .max(253)
      .optional()
      .meta({ positional: 1, placeholder: "NAME", description: "its name, or the start of names and `*`" }),
    namespace: z.string().min(1).max(253).optional().meta({ short: "n", placeholder: "NS", description: "only this namespace" }),
  }),
  risk: "read",
  role: "viewer",
  timeout: 9000,
  phases: ["reading etcd"],
  result: ObjectsAnswer,
  search: { names: ({ name }) => name !== undefined, found: (answer) => answer.shape === "one" || answer.total > 0 },
  async run(cluster, { kind: word, name = null, namespace = null }, work) {
    const how = { ask: work, within: 4000, progress: () => {}, now: () => work.now(), near: nearest };
    if (word === undefined) return countKinds(cluster, how);
    const kind = kindNamed(word);
    if (kind === null) throw unknownKind(word);
    if (namespace !== null && !kind.namespaced)
      throw fail("usage", `a ${kind.kind} has no namespace`, { hint: `\`get ${kind.kind.toLowerCase()}\` lists all` });
    return findObjects(cluster, { kind, name, namespace }, how);
  },
  render(result, seen) {
    const card = objectsCard(result);
    card.actions.push({ label: "Refresh", line: seen.line });
    if (seen.job !== null) card.actions.push({ label: "Raw", line: `raw ${seen.job}` });
    card.again = seen.line;
    return card;
  },
});

function unknownKind(word: string): Error {
  const near = nearest(word, kindWords.keys());
  return fail("not_found", `\`${word}\` is no kind of Calico's`, {
    hint: near ? `did you mean \`get ${near}\`?` : "`get` without a kind lists those that there are",
  });
}
