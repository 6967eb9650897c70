import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { matches } from "../../../src/calico/selector/evaluate.js";
import { implies, isNever } from "../../../src/calico/selector/implies.js";
import { parseSelector } from "../../../src/calico/selector/parse.js";
import type { Selector } from "../../../src/calico/selector/selector.js";

const label = fc.constantFrom("a", "b");
const value = fc.constantFrom("x", "y", "xy");
const { selector } = fc.letrec<{ selector: Selector }>((tie) => ({
  selector: fc.oneof(
    { depthSize: "small" },
    fc.constant<Selector>({ op: "all" }),
    fc.record({ op: fc.constant("has" as const), label }),
    fc.record({
      op: fc.constantFrom("==" as const, "!=" as const, "contains" as const, "starts with" as const, "ends with" as const),
      label,
      value,
    }),
    fc.record({ op: fc.constantFrom("in" as const, "not in" as const), label, values: fc.uniqueArray(value) }),
    fc.record({ op: fc.constant("not" as const), of: tie("selector") }),
    fc.record({ op: fc.constantFrom("and" as const, "or" as const), of: fc.array(tie("selector"), { minLength: 2, maxLength: 3 }) }),
  ),
}));
/** Every way to carry two labels with these values, or another one. */
const worlds = [undefined, "x", "y", "xy", "z"].flatMap((a) =>
  [undefined, "x", "y", "xy", "z"].map((b) => ({ ...(a === undefined ? {} : { a }), ...(b === undefined ? {} : { b }) })),
);
const read = (text: string): Selector => {
  const parsed = parseSelector(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.selector;
};

test("a selector that implies another selects nothing that the other does not", () => {
  let told = 0;
  fc.assert(
    fc.property(selector, selector, (one, other) => {
      if (!implies(one, other)) return;
      told++;
      expect(worlds.filter((labels) => matches(one, labels) && !matches(other, labels))).toEqual([]);
    }),
    { numRuns: 2000 },
  );
  expect(told).toBeGreaterThan(100);
});

test("a selector that is never satisfied is satisfied by no labels", () => {
  let told = 0;
  fc.assert(
    fc.property(selector, (one) => {
      if (!isNever(one)) return;
      told++;
      expect(worlds.filter((labels) => matches(one, labels))).toEqual([]);
    }),
    { numRuns: 2000 },
  );
  expect(told).toBeGreaterThan(20);
});

test.each([
  ["a == 'x'", "has(a)"],
  ["a == 'x' && has(b)", "a in {'x', 'y'}"],
  ["a == 'x'", "a == 'y' || a == 'x'"],
  ["a in {'x','y'}", "a != 'z'"],
  ["a not in {'x','y'}", "a != 'x'"],
  ["!has(a)", "!(a == 'x')"],
  ["b == 'x'", "all()"],
])("%s implies %s, and not the other way round", (one, other) => {
  expect([implies(read(one), read(other)), implies(read(other), read(one))]).toEqual([true, false]);
});

test.each(["a in {}", "a == 'x' && a == 'y'", "has(a) && !has(a)", "a == 'x' && !has(a)", "!all()"])("%s is never satisfied", (text) => {
  expect(isNever(read(text))).toBe(true);
});

test("hostile selectors cost no more than others", () => {
  const deep = read(`${"(a == 'x' && (b == 'y' || ".repeat(300)}has(c)${"))".repeat(300)}`);
  const other = read(`${"(a == 'z' || (b == 'w' && ".repeat(300)}has(d)${"))".repeat(300)}`);
  const began = performance.now();

  expect(implies(deep, other)).toBe(false);
  expect(performance.now() - began).toBeLessThan(2000);
});
