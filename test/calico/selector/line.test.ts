import { expect, test } from "@jest/globals";
import { selectorLine } from "../../../src/calico/selector/line.js";

test("a selector is answered with its canonical form and what it matches, or with the place of its mistake", () => {
  expect(selectorLine(`{"selector":"a=='x'","labels":[{"a":"x"},{}]}`)).toEqual({
    valid: true,
    canonical: 'a == "x"',
    matches: [true, false],
  });
  expect(selectorLine(`{"selector":"a = 'x'"}`)).toEqual({ valid: false, error: "expected ==", position: 2 });
  expect(selectorLine(`{"labels":[]}`)).toBeNull();
  expect(selectorLine("no json")).toBeNull();
});
