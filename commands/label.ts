import { z } from "zod";
import { part } from "../src/calico/part.js";
import { changeCard } from "../src/command/change-card.js";
import { onChange } from "../src/command/define.js";
import { namedObject } from "../src/command/named-object.js";
import { planned, planningPhases } from "../src/command/planning.js";
import { storedObject } from "../src/command/stored-object.js";
import { fail } from "../src/contract/failure.js";

const word = "[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?";
const label = new RegExp(`^((?:[a-z0-9][a-z0-9.-]*/)?${word})(?:=(${word})?|(-))$`);

/** Sets a label of one object or takes it away: policies select by labels, so this may move traffic. */
export default onChange({
  summary: "set or take away a label of an object: what that does to traffic comes first",
  details: [
    "`KEY=VALUE` sets it, `KEY-` takes it away; policies select by labels",
    "labels of VMs are Neutron's: security groups and projects make them",
  ],
  examples: ["label hep compute-01-eth0 zone=a --dry-run", "label node compute-01 zone-"],
  args: z.object({
    ...namedObject,
    label: z.string().min(2).max(400).meta({ positional: 2, placeholder: "KEY=VALUE", description: "the label; `KEY-` takes it away" }),
  }),
  role: "operator",
  timeout: 30_000,
  phases: planningPhases,
  async plan(cluster, { label: text, ...asked }, work) {
    const [, key, value = "", gone] = label.exec(text) ?? [];
    if (key === undefined) throw fail("usage", `\`${text}\` is no label`, { hint: "`app=web` sets one, `app-` takes it away" });
    const draft = await storedObject(cluster, asked, work);
    const metadata = part(draft.object["metadata"]);
    const { [key]: _, ...others } = part(metadata["labels"]);
    const labels = gone === undefined ? { ...others, [key]: value } : others;
    const object = { ...draft.object, metadata: { ...metadata, labels } };
    return planned(cluster, [{ action: "apply", draft: { ...draft, object } }], {}, work);
  },
  render: (plan, seen, args) => changeCard(plan, seen, args),
});
