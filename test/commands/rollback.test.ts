import { describe, expect, test } from "@jest/globals";
import apply from "../../commands/apply.js";
import rollback from "../../commands/rollback.js";
import type { Done } from "../../src/command/define.js";
import type { Planned } from "../../src/command/planned.js";
import { v3Keys } from "../support/objects.js";
import { changeable, document, plannedBy, planOf, shop } from "../support/planning.js";

const spec = (order: number) => ({ order, selector: "a == 'b'", types: ["Ingress"], ingress: [{ action: "Deny" }] });
const before = { ...shop, ...v3Keys("globalnetworkpolicies", 1, () => ({ name: "old", spec: spec(5) })) };
const text = `${document("GlobalNetworkPolicy", "old", spec(6))}---\n${document("GlobalNetworkPolicy", "new", spec(7))}`;
const done = (planned: Planned, id: string, state: Done["state"] = "applied"): Done => ({ plan: planOf(planned, id), state, at: 3 });
const after = (planned: Planned): Record<string, string> => ({
  ...before,
  ...Object.fromEntries(planned.steps.map(({ key, after: value }) => [key, value ?? ""])),
});

async function made() {
  const { planned } = await plannedBy(apply, changeable(before), { document: text });
  return { change: done(planned, "c-aaaaaaa"), keys: after(planned) };
}

describe("rollback", () => {
  test("puts everything back against what is stored today, the last thing first", async () => {
    const { change, keys } = await made();
    const { planned, card } = await plannedBy(rollback, changeable(keys), { done: [change] });

    expect(planned.undoes).toBe("c-aaaaaaa");
    expect(planned.steps.map(({ action, subject, expect: at }) => [action, subject, at])).toEqual([
      ["update", "GlobalNetworkPolicy old", 7],
      ["delete", "GlobalNetworkPolicy new", 7],
    ]);
    expect(planned.steps[0]?.diff).toContain("-  order: 6\n+  order: 5");
    expect(planned.guards.map(({ text: said }) => said).join()).not.toContain("was changed since");
    expect(card.verdict.text).toMatch(/^lab: undoes c-aaaaaaa: /);
  });

  test("what somebody changed since is named and wants more approvers; what is back already stays", async () => {
    const { change, keys } = await made();
    const [old = "", fresh = ""] = change.plan.steps.map(({ key }) => key);
    const { [fresh]: _, ...rest } = keys;
    const moved = changeable({ ...rest, [old]: (keys[old] ?? "").replace('"order":6', '"order":60') });
    const { planned } = await plannedBy(rollback, moved, { done: [change] });

    expect(planned.steps.map(({ subject }) => subject)).toEqual(["GlobalNetworkPolicy old"]);
    expect(planned.unchanged).toEqual(["GlobalNetworkPolicy new"]);
    expect(planned.guards).toContainEqual({
      severity: "more_approvers",
      text: "GlobalNetworkPolicy old was changed since c-aaaaaaa: undoing that takes the later change away too",
    });
  });

  test("without an id it is the newest that is open, else the newest that was kept", async () => {
    const { change, keys } = await made();
    const of = (id: string, state: Done["state"]): Done => ({ ...change, plan: { ...change.plan, id }, state });
    const undone = async (all: Done[]) => (await plannedBy(rollback, changeable(keys), { done: all })).planned.undoes;

    expect(await undone([of("c-new", "reverted"), of("c-kept", "kept"), of("c-open", "applied")])).toBe("c-open");
    expect(await undone([of("c-new", "failed"), of("c-kept", "kept")])).toBe("c-kept");
    await expect(undone([of("c-new", "reverted")])).rejects.toMatchObject({ failure: { code: "not_found" } });
  });

  test("an id that is nearly right is offered; what is not in force is not rolled back; without a worker there is nothing", async () => {
    const { change, keys } = await made();
    const asked = (id: string, all?: Done[]) => plannedBy(rollback, changeable(keys), { args: { id }, ...(all ? { done: all } : {}) });

    await expect(asked("c-aaaaaab", [change])).rejects.toMatchObject({
      failure: { code: "not_found", hint: "did you mean `rollback c-aaaaaaa`?" },
    });
    await expect(asked("c-aaaaaaa", [{ ...change, state: "revert_conflict" }])).rejects.toMatchObject({
      failure: { code: "usage", message: "c-aaaaaaa is revert conflict: nothing of it is in force" },
    });
    await expect(asked("c-aaaaaaa")).rejects.toMatchObject({ failure: { code: "not_found" } });
  });
});
