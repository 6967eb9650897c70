import { z } from "zod";
import { onBot } from "../src/command/define.js";
import type { ChangeEntry } from "../src/command/desk.js";
import { minuteOf } from "../src/contract/times.js";
import { view } from "../src/contract/view.js";
import { stateWords, toldOf } from "../src/diagnosis/changes/about.js";
import { ago, count } from "../src/diagnosis/say.js";

/** What waits for somebody: votes, the worker, or Keep. */
export default onBot({
  summary: "changes that wait: for approval, for the worker, to be kept",
  details: ["the message of a change may be gone: `change ID` shows it again, with its buttons"],
  examples: ["approvals"],
  args: z.object({}),
  risk: "read",
  role: "viewer",
  async run(desk) {
    const [open, frozen] = await Promise.all([desk.changes.open(), desk.freezes()]);
    const waiting = open.filter(({ state }) => state === "proposed");
    const applied = open.filter(({ state }) => state === "applied" || state === "keep_requested");
    const others = open.length - waiting.length - applied.length;
    const parts = [
      waiting.length > 0 ? `${count(waiting.length, "change")} waiting for approval` : "",
      applied.length > 0 ? `${applied.length} to be kept` : "",
      others > 0 ? `${others} on the way` : "",
    ].filter((part) => part !== "");
    const card = view(open.length === 0 ? "ok" : "warn", parts.join(", ") || "nothing waits for approval");
    for (const { cluster, until, why, who } of frozen)
      card.footer.push(`${cluster}: changes are frozen until ${minuteOf(until)} UTC by ${who}: ${why}`);
    if (open.length > 0) card.sections.push({ kind: "table", columns, rows: open.map(row) });
    card.actions = open.slice(0, 8).map(({ id }) => ({ label: id, line: `change ${id}` }));
    card.again = "approvals";
    card.actions.push({ label: "Refresh", line: "approvals" });
    return card;
  },
});

const columns = ["change", "state", "cluster", "what", "severity", "votes", "by", "expires or ends"].map((title) => ({ title }));

function row({ id, state, cluster, plan, given, who, leftMs }: ChangeEntry): string[] {
  const left = leftMs === null ? "-" : `in ${ago(leftMs)}`;
  return [id, stateWords(state), cluster, toldOf(plan), plan.severity, `${given} of ${plan.terms.approvers}`, who, left];
}
