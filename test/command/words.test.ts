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
    ["get \u201eein Name\u201c \u00abun nom\u00bb", ["get", "ein Name", "un nom"]],
    ["ip <http://[fd00::1]|fd00::1> <tel:10.0.0.2|10.0.0.2>", ["ip", "fd00::1", "10.0.0.2"]],
    ["vm fa:16:3e:ab:cd:ef http://10.0.0.1:8080/x?a=b", ["vm", "fa:16:3e:ab:cd:ef", "http://10.0.0.1:8080/x?a=b"]],
    ["tell <!here> <!subteam^S1|@oncall>", ["tell", "!here", "!subteam^S1"]],
    ["get pods \u2013n x", ["get", "pods", "-n", "x"]],
    ["compute\u20111 we\u200bb\ufeff\u00ad-1\u0007", ["compute-1", "web-1"]],
    ["a\u001b[31mred\u001b[0m \u202eb", ["ared", "b"]],
    ["half \ud83d", ["half", "\ufffd"]],
    ["", []],
  ])("%j is %j", (line, expected) => {
    expect(words(line)).toEqual(expected);
  });

  test("an unbalanced quote is a usage failure that shows where", () => {
    expect(() => words('get "my policy')).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ code: "usage", message: expect.stringContaining("my policy") }) }),
    );
  });

  test("a line of 3,000 characters is read at once, one of a novel is refused, and neither takes long", () => {
    const start = performance.now();
    expect(words("<http://".repeat(375))).toEqual(["<http://".repeat(375)]);
    expect(() => words("<http://".repeat(10_000))).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ code: "usage", message: expect.stringContaining("8000 are read") }) }),
    );
    expect(performance.now() - start).toBeLessThan(500);
  });

  test("quoteWord gives a word back, whatever is in it", () => {
    const odd = fc.string({
      unit: fc.constantFrom(..."ab1-=:/ \t\"'\u201c\u201d\u201e\u2018\u2019\u00ab&<>|@;lt".split("")),
      maxLength: 12,
    });
    const family = (word: string): number => [/["\u201c\u201d\u201e]/, /['\u2018\u2019]/, /\u00bb/].filter((one) => one.test(word)).length;
    fc.assert(
      fc.property(fc.array(odd), (list) => {
        // Three kinds of quotes in one word leave none to put around it.
        fc.pre(list.every((word) => family(word) < 3));
        expect(words(list.map(quoteWord).join(" "))).toEqual(list);
      }),
      { numRuns: 500 },
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
