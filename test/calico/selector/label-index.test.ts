import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { matches } from "../../../src/calico/selector/evaluate.js";
import { labelIndex } from "../../../src/calico/selector/label-index.js";
import type { Selector } from "../../../src/calico/selector/selector.js";

const label = fc.constantFrom("a", "b", "c");
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
    fc.record({ op: fc.constantFrom("in" as const, "not in" as const), label, values: fc.array(value) }),
    fc.record({ op: fc.constant("not" as const), of: tie("selector") }),
    fc.record({ op: fc.constantFrom("and" as const, "or" as const), of: fc.array(tie("selector"), { minLength: 2, maxLength: 3 }) }),
  ),
}));

test("the index finds what looking at everything finds", () => {
  fc.assert(
    fc.property(fc.array(fc.dictionary(label, value)), selector, (all, asked) => {
      const things = all.map((labels, id) => ({ id, labels }));
      const found = labelIndex(things)
        .select(asked)
        .map(({ id }) => id);
      const naive = things.filter(({ labels }) => matches(asked, labels)).map(({ id }) => id);
      expect(found.toSorted((a, b) => a - b)).toEqual(naive);
    }),
  );
});
