import { type Plan, shortDigest } from "../contract/plan.js";
import type { Action } from "../contract/view.js";

/** Buttons for a vote on exactly this plan; `told` = what it does, repeated before an approval counts. */
export function voteActions(plan: Plan, told: string): Action[] {
  const what = `${plan.id} ${shortDigest(plan)}`;
  const confirm = { title: `Approve ${plan.id}?`, text: told, yes: "Approve" };
  return [
    { label: "Approve…", line: `approve ${what}`, style: "primary", confirm },
    { label: "Reject…", line: `reject ${what}`, style: "danger" },
  ];
}
