import { z } from "zod";
import type { Fault } from "../../src/calico/draft/draft.js";
import { parseService } from "../../src/calico/verdict/ask.js";
import { onWorker, type Work } from "../../src/command/define.js";
import { calicoDocument, objectsBelow } from "../../src/command/documents.js";
import { fail } from "../../src/contract/failure.js";
import { nearest } from "../../src/contract/nearest.js";
import { evaluated } from "../../src/diagnosis/evaluate/evaluated.js";
import type { Wish } from "../../src/diagnosis/preview/edit.js";
import type { GroupRule } from "../../src/diagnosis/preview/group-rule.js";
import { doubtsOf, PreviewAnswer } from "../../src/diagnosis/preview/preview.js";
import { previewCard } from "../../src/diagnosis/preview/preview-card.js";

interface Asked {
  action?: "delete" | "order" | "label" | "rule" | undefined;
  name?: string | undefined;
  value?: string | undefined;
  service?: string | undefined;
  peer?: string | undefined;
}

/** The words or the document as a wish; what is wrong is a usage failure that names it. */
async function wishOf({ action, name, value, service, peer }: Asked, work: Work): Promise<{ wish: Wish; faults: Fault[] }> {
  if (action === undefined) {
    const { drafts, doubts: faults } = await objectsBelow(work);
    return { wish: { kind: "documents", objects: drafts.map(({ object }) => object) }, faults };
  }
  if (name === undefined) throw fail("usage", `\`${action}\` needs a name`, { hint: "such as `policy preview delete allow-web`" });
  if (action === "delete") return { wish: { kind: "delete", name }, faults: [] };
  if (action === "rule") return { wish: { kind: "rule", name, rule: ruleOf({ value, service, peer }) }, faults: [] };
  if (value === undefined)
    throw fail("usage", `\`${action}\` needs a value`, {
      hint:
        action === "order"
          ? "such as `policy preview order allow-web 50`"
          : "such as `policy preview label VM app=web`, or `app-` to take it away",
    });
  if (action === "order") {
    if (!/^-?\d+(\.\d+)?$/.test(value)) throw fail("usage", `\`${value}\` is no order`, { hint: "a number; lower ones come first" });
    return { wish: { kind: "order", name, order: Number(value) }, faults: [] };
  }
  const [, label, set, gone] = /^([^=]+?)(?:=(.*)|(-))$/.exec(value) ?? [];
  if (label === undefined || (set === undefined && gone === undefined))
    throw fail("usage", `\`${value}\` is no label`, { hint: "`app=web` sets one, `app-` takes it away" });
  return { wish: { kind: "label", name, label, value: set ?? null }, faults: [] };
}

function ruleOf({ value, service, peer }: Pick<Asked, "value" | "service" | "peer">): GroupRule {
  const hint = "such as `policy preview rule web ingress tcp/443 198.51.100.0/24`";
  if (value !== "ingress" && value !== "egress") throw fail("usage", `\`${value ?? ""}\` is neither ingress nor egress`, { hint });
  const asked = parseService(service ?? "");
  if (asked === null) throw fail("usage", `\`${service ?? ""}\` is no port or protocol`, { hint });
  return { direction: value, protocol: asked.protocol, port: asked.dstPort, peer: peer ?? null };
}

/** Which connections a change would gain and lose, before anybody makes it. */
export default onWorker({
  summary: "which connections a change would open and cut, without making it",
  details: [
    "the change is YAML below the line, in a code block, in an attached file or, after the slash command, in a form; or `delete NAME`, `order NAME N`, `label NAME app=web`,",
    "or a rule more for a security group: `rule web ingress tcp/443 198.51.100.0/24` (a prefix, another group, or nobody in particular)",
    "NAME may be KIND/NAME; a label that ends with `-` is taken away",
    "every group of endpoints that gains or loses something is named, each with one connection and the rules that decide before and after",
    "a picture in the thread shows who talks to whom, unless more than 12 groups are concerned",
  ],
  examples: [
    "policy preview delete allow-monitoring",
    "policy preview order allow-monitoring 50 --cluster lab",
    "policy preview rule web ingress tcp/443 198.51.100.0/24",
  ],
  args: z.object({
    action: z
      .enum(["delete", "order", "label", "rule"])
      .optional()
      .meta({ positional: 0, placeholder: "delete|order|label|rule", description: "what to try" }),
    name: z
      .string()
      .min(1)
      .max(253)
      .optional()
      .meta({ positional: 1, placeholder: "NAME", description: "a policy, tier, set or endpoint" }),
    value: z
      .string()
      .min(1)
      .max(253)
      .optional()
      .meta({ positional: 2, placeholder: "VALUE", description: "the order, KEY=VALUE, or ingress|egress" }),
    service: z.string().min(1).max(40).optional().meta({ positional: 3, placeholder: "PORT", description: "of a rule: `tcp/443`, `icmp`" }),
    peer: z
      .string()
      .min(1)
      .max(253)
      .optional()
      .meta({ positional: 4, placeholder: "PEER", description: "of a rule: prefix or security group" }),
  }),
  document: calicoDocument("Preview a change", false),
  risk: "read",
  role: "viewer",
  timeout: 20_000,
  phases: ["reading policies and endpoints"],
  result: PreviewAnswer,
  async run(cluster, asked, work) {
    const { wish, faults } = await wishOf(asked, work);
    const question = { about: "preview" as const, wish, doubts: doubtsOf(faults) };
    return evaluated(cluster, question, { ask: work, near: nearest, answer: PreviewAnswer });
  },
  render(result, seen, { action }) {
    const card = previewCard(result);
    if (seen.job !== null) card.actions.push({ label: "Raw", line: `raw ${seen.job}` });
    // A line without its document repeats nothing.
    if (action !== undefined) {
      card.actions.unshift({ label: "Refresh", line: seen.line });
      card.again = seen.line;
    }
    return card;
  },
});
