import { describe, expect, test } from "@jest/globals";
import type { Write } from "../../src/cluster/history.js";
import type { Done } from "../../src/command/define.js";
import { changesSince, whoseWrite } from "../../src/command/whose-write.js";
import { planOf, policy, stepOf } from "../support/changes.js";

const at = Date.parse("2026-11-24T02:00:00Z");
const minute = 60_000;
const before = policy("smtp", { selector: "a == 'b'", types: ["Egress"] });
const after = policy("smtp", { selector: "all()", types: ["Egress"], order: 100 });
const step = stepOf(after, { value: before, revision: 5 });
const made = (change: Partial<Done> = {}): Done => ({ plan: planOf([step], { made: at }), state: "kept", at: at + 10 * minute, ...change });
const write = (change: Partial<Write> = {}): Write => ({
  ...{ key: step.key, action: "update", revision: 6, at: at + minute, fields: ["order"], late: false },
  stored: step.after,
  ...change,
});
const by = (one: Write, ...done: Done[]): string | null => whoseWrite(done)(one)?.id ?? null;

describe("a write", () => {
  test("is a change's when it is what a step makes, between plan and end", () => {
    const change = made();

    expect(whoseWrite([change])(write())).toEqual({ id: change.plan.id, who: "UANNA" });
    expect(by(write({ at: at - 1 }), change)).toBeNull();
    expect(by(write({ at: at + 10 * minute + 4000 }), change)).toBe(change.plan.id);
    expect(by(write({ at: at + 11 * minute }), change)).toBeNull();
    expect(by(write({ key: `${step.key}-2` }), change)).toBeNull();
  });

  test("is a change's when it is what puts it back", () => {
    const created = stepOf(after, null);
    const change = made({ plan: planOf([created], { made: at }), state: "reverted" });

    expect(by(write({ action: "delete", stored: null, revision: null }), change)).toBe(change.plan.id);
    expect(by(write({ stored: JSON.stringify(before) }), made({ state: "reverted" }))).not.toBeNull();
  });

  test("of somebody else to an object of a change that is open is not the change's", () => {
    const other = JSON.stringify({ ...JSON.parse(step.after ?? ""), spec: { selector: "c == 'd'", types: ["Egress"] } });

    expect(by(write({ stored: other }), made({ state: "applied" }))).toBeNull();
    expect(by(write({ action: "delete", stored: null }), made({ state: "applied" }))).toBeNull();
  });

  test("belongs to a change that is still open, however long that lasts", () => {
    const change = made({ state: "applied", at: at + minute });

    expect(by(write({ at: at + 50 * minute }), change)).toBe(change.plan.id);
  });

  test("that was found after a gap may be older than it is told", () => {
    expect(by(write({ at: at + 60 * minute, late: true }), made())).not.toBeNull();
  });

  test("of an object of two changes is the newer one's that makes it so", () => {
    const [older, newer] = [made(), made({ state: "applied", at: at + 20 * minute })];

    expect(by(write({ at: at + 9 * minute }), newer, older)).toBe(newer.plan.id);
  });
});

test("changes since a time are those that wrote something", () => {
  const states = ["kept", "reverted", "failed", "stale", "expired", "partly"] as const;
  const done = states.map((state, i) => made({ state, at: at + i }));

  expect(changesSince(done, at).map(({ state }) => state)).toEqual(["kept", "reverted", "partly"]);
  expect(changesSince(done, at + 1).map(({ state }) => state)).toEqual(["reverted", "partly"]);
  expect(changesSince([made()], at)[0]).toMatchObject({ who: "UANNA", line: "apply", steps: ["update GlobalNetworkPolicy smtp"] });
});
