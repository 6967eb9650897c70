import { z } from "zod";
import { onChange } from "../src/command/define.js";
import { calicoDocument, objectsIn } from "../src/command/documents.js";
import { planned } from "../src/command/planning.js";
import { dryRunCard } from "../src/diagnosis/preview/dry-run-card.js";

export default onChange({
  summary: "what applying YAML would change, what speaks against it, and what that does to traffic",
  details: ["the YAML stands below the line"],
  examples: ["apply --dry-run"],
  args: z.object({}),
  document: calicoDocument("Apply a change", true),
  role: "operator",
  timeout: 20_000,
  phases: ["reading what is stored"],
  plan: (cluster, _args, work) =>
    planned(
      cluster,
      objectsIn(work.document).drafts.map((draft) => ({ action: "apply" as const, draft })),
      {},
      work,
    ),
  render: (result, { job }) => {
    const changes = result.steps.map(({ action, subject, diff }) => ({
      action: action as "create" | "update",
      kind: subject,
      namespace: null,
      name: "",
      diff,
    }));
    const card = dryRunCard({
      cluster: result.cluster,
      plan: { revision: result.revision, changes, guards: result.guards },
      effect: result.effect,
    });
    if (job !== null) card.actions.push({ label: "Raw", line: `raw ${job}` });
    return card;
  },
});
