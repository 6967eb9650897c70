import { expect, test } from "@jest/globals";
import type { Guard } from "../../src/contract/plan.js";
import { trafficDigest } from "../../src/plan/digest.js";

const blocking = (text: string): Guard => ({ severity: "blocking", text });

test("the order of groups and the counts in sentences are of no matter; a group more, or another refusal, is", () => {
  const one = trafficDigest(["lost a", "lost b"], [blocking("would be deleted while 3 blocks of addresses are in use")]);

  expect(trafficDigest(["lost b", "lost a", "lost a"], [blocking("would be deleted while 1,024 blocks of addresses are in use")])).toBe(
    one,
  );
  expect(trafficDigest(["lost a"], [blocking("would be deleted while 3 blocks of addresses are in use")])).not.toBe(one);
  expect(trafficDigest(["lost a", "lost b"], [])).not.toBe(one);
  expect(trafficDigest(["lost a", "lost b"], [{ severity: "note", text: "x" }])).toBe(trafficDigest(["lost a", "lost b"], []));
});
