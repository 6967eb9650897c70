import { describe, expect, test } from "@jest/globals";
import { validated } from "../../src/command/validated.js";
import type { Step } from "../../src/contract/plan.js";
import { complaint } from "../../workers/calicoctl/complaint.js";
import { fakeCluster } from "../support/cluster.js";
import { golden } from "../support/golden.js";

const step: Step = {
  kind: "object",
  action: "create",
  subject: "Tier x",
  key: "/k",
  expect: null,
  document: "{}",
  after: "{}",
  inverse: null,
  diff: "",
};
const ask = { signal: AbortSignal.timeout(60_000), request: "r1", note: () => {} };
const calicoctl = fakeCluster().calicoctl;
if (calicoctl === null) throw new Error("no calicoctl");

/** What calicoctl was recorded to say when it refused a document. */
const refusals = ["calicoctl/invalid.json", "calicoctl/partial.json"].flatMap((file) =>
  golden(file).filter(({ argv, exitCode }) => argv.includes("validate") && argv.includes("-") && exitCode === 1),
);

describe("what calicoctl says of a document", () => {
  test("every recorded refusal blocks, in its own words", async () => {
    expect(refusals.length).toBeGreaterThan(30);
    for (const { stdout, stderr, exitCode } of refusals) {
      const { failure } = complaint({ stdout, stderr, exit: exitCode, signal: null });
      const [guard] = await validated({ ...calicoctl, validate: async () => ({ ok: false, failure }) }, [step], ask);
      expect([stderr, guard]).toEqual([stderr, { severity: "blocking", text: `Tier x is refused by calicoctl: ${failure.message}` }]);
    }
  });

  test("what is deleted is not validated, and what passes is no guard", async () => {
    const refusing = { ...calicoctl, validate: async () => Promise.reject(new Error("asked")) };

    expect(await validated(refusing, [{ ...step, action: "delete" }], ask)).toEqual([]);
    expect(await validated(calicoctl, [step, step], ask)).toEqual([]);
  });
});
