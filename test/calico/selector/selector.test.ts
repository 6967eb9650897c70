import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { labelsIn, matches, prefixed } from "../../../src/calico/selector/evaluate.js";
import { parseSelector } from "../../../src/calico/selector/parse.js";
import { printSelector } from "../../../src/calico/selector/print.js";
import type { Labels, Selector } from "../../../src/calico/selector/selector.js";

interface Sample {
  selector: string;
  valid: boolean;
  canonical?: string;
  evaluations?: { labels: Labels; match: boolean }[];
}
const samples = JSON.parse(readFileSync(join(import.meta.dirname, "../../golden/policy/selectors-sample.json"), "utf8")) as Sample[];

function parsed(text: string): Selector {
  const result = parseSelector(text);
  if (!result.ok) throw new Error(`${text}: ${result.error.message}`);
  return result.selector;
}

describe("what Calico's own parser said", () => {
  test.each(samples.filter(({ valid }) => valid))("$selector", ({ selector, canonical, evaluations = [] }) => {
    const tree = parsed(selector);

    expect(printSelector(tree)).toBe(canonical);
    expect(evaluations.length).toBeGreaterThan(0);
    for (const { labels, match } of evaluations) expect([labels, matches(tree, labels)]).toEqual([labels, match]);
  });

  test.each(samples.filter(({ valid }) => !valid))("$selector is none", ({ selector }) => {
    expect(parseSelector(selector).ok).toBe(false);
  });
});

describe("a mistake", () => {
  test.each([
    ["app = 'x'", "expected ==", 4],
    ["app == x", "expected string", 7],
    ["app == 'x", "unterminated string", 7],
    ["a in 'b'", "expected set literal", 5],
    ["a in {'b' 'c'}", "expected , or }", 10],
    ["(a == 'b'", "expected )", 9],
    ["a == 'b' c", "unexpected content at end of selector", 9],
    ["a == 'b' ||", "unexpected end of selector", 11],
    ["a == 'b' and c == 'd'", 'expected operator after label "and"', 13],
    ["has(a", "no closing ')' after has(", 5],
    ["has('a')", "expected identifier", 4],
    ["a == 'b'\n&& c == 'd'", "expected identifier", 8],
    ["web", 'expected operator after label "web"', 3],
    ["(".repeat(5000), "nested too deeply", 1024],
  ])("%s is named at its place", (text, message, at) => {
    expect(parseSelector(text)).toEqual({ ok: false, error: { message, at } });
  });

  test("of any kind never does more than say so", () => {
    fc.assert(fc.property(fc.string(), (text) => expect(() => parseSelector(text)).not.toThrow()));
    const pieces = fc.constantFrom(
      "a",
      "in",
      "not",
      "has(",
      "all()",
      "(",
      ")",
      "{",
      "}",
      ",",
      "!",
      "==",
      "!=",
      "&&",
      "||",
      "'x'",
      '"',
      " ",
      "starts",
      "with",
    );
    fc.assert(
      fc.property(fc.array(pieces), (all) => {
        const result = parseSelector(all.join(""));
        if (!result.ok) expect(result.error.at).toBeLessThanOrEqual(all.join("").length);
      }),
    );
  });
});

const label = fc.stringMatching(/^[A-Za-z0-9_./-]{1,8}$/);
const value = fc.oneof(fc.string(), fc.string({ unit: "grapheme" })).map((text) => text.replaceAll('"', ""));
const leaf: fc.Arbitrary<Selector> = fc.oneof(
  fc.constant<Selector>({ op: "all" }),
  fc.record({ op: fc.constant("has" as const), label }),
  fc.record({ op: fc.constantFrom("==", "!=", "contains", "starts with", "ends with"), label, value }),
  fc.record({ op: fc.constantFrom("in", "not in"), label, values: fc.array(value, { maxLength: 4 }) }).map((set) => normal(set)),
);
/** Sets in their order: what the parser makes of them is tested above. */
const normal = (set: Extract<Selector, { values: unknown }>): Selector => {
  const tree = parsed(printSelector(set));
  return "values" in tree ? tree : set;
};
const { tree } = fc.letrec<{ tree: Selector; inner: Selector }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small" },
    leaf,
    tie("inner"),
    leaf.map((of): Selector => ({ op: "not", of })),
  ),
  inner: fc.record({ op: fc.constantFrom("and", "or"), of: fc.array(tie("tree"), { minLength: 2, maxLength: 3 }) }),
}));

describe("the canonical form", () => {
  test("is read as the very selector that it prints", () => {
    fc.assert(fc.property(tree, (selector) => expect(parsed(printSelector(selector))).toEqual(selector)));
  });

  test("selects the same, and so does its negation the rest", () => {
    fc.assert(
      fc.property(tree, fc.dictionary(label, value), (selector, labels) => {
        expect(matches(parsed(`!(${printSelector(selector)})`), labels)).toBe(!matches(selector, labels));
      }),
    );
  });
});

test("a selector over prefixed labels matches as the plain one over plain ones", () => {
  fc.assert(
    fc.property(tree, fc.dictionary(label, value), (selector, labels) => {
      const marked = Object.fromEntries(Object.entries(labels).map(([name, text]) => [`pcns.${name}`, text]));
      expect(matches(prefixed(selector, "pcns."), marked)).toBe(matches(selector, labels));
      expect(labelsIn(prefixed(selector, "pcns."))).toEqual(labelsIn(selector).map((name) => `pcns.${name}`));
    }),
  );
});
