import { expect, test } from "@jest/globals";
import { uncounted } from "../../src/plan/uncounted.js";

test.each([
  ["drops all ingress of all 3,118 VM ports", "drops all ingress of N VM ports"],
  ["drops all ingress of 3,117 VM ports", "drops all ingress of N VM ports"],
  ["before all 3,024 security groups", "before N security groups"],
  ["order 100 at 10.0.0.0/8", "order 100 at 10.0.0.0/8"],
  ["tcp/25 of 1 endpoint and 4 more", "tcp/25 of N endpoint and N more"],
])("%s", (text, said) => {
  expect(uncounted(text)).toBe(said);
});
