import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { quoteWord, words } from "../../src/command/words.js";
import { FailureError } from "../../src/contract/failure.js";

describe("words", () => {
  test.each([
    ["status lab", ["status", "lab"]],
    ["  bgp\u00a0compute1 ", ["bgp", "compute1"]],
    ["get “my policy” ‘x y’", ["get", "my policy", "x y"]],
    ["why <http://10.0.0.1|10.0.0.1> 443", ["why", "10.0.0.1", "443"]],
    ["vm <https://vm.example.org>", ["vm", "vm.example.org"]],
    ["ask <@U123|bob> in <#C1|net>", ["ask", "@U123", "in", "#C1"]],
    ["bgp —peer fd00::1", ["bgp", "--peer", "fd00::1"]],
    ['x --name="two words"', ["x", "--name=two words"]],
    ["don't stop", ["don't", "stop"]],
    ["a &amp;&amp; b &lt;c&gt;", ["a", "&&", "b", "<c>"]],
    ['""', [""]],
    ["", []],
  ])("%j is %j", (line, expected) => {
    expect(words(line)).toEqual(expected);
  });

  test("an unbalanced quote is a usage failure that shows where", () => {
    expect(() => words('get "my policy')).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ code: "usage", message: expect.stringContaining("my policy") }) }),
    );
  });

  test("quoteWord gives a word back", () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z0-9:./ _,=-]+$/).filter((w) => w.trim() === w && !w.startsWith("-"))), (list) => {
        expect(words(list.map(quoteWord).join(" "))).toEqual(list);
      }),
    );
  });

  test("no line crashes it", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 3000, unit: "binary" }), (line) => {
        try {
          words(line);
        } catch (error) {
          expect(error).toBeInstanceOf(FailureError);
        }
      }),
    );
  });
});
