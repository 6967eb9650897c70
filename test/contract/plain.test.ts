import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { grid, widthOf } from "../../src/contract/grid.js";
import { cut, oneLine, plain } from "../../src/contract/plain.js";

describe("plain text", () => {
  test.each([
    ["\u001b[1;31mred\u001b[0m", "red"],
    ["\u001b]8;;http://x\u001b\\link\u001b]8;;\u0007", "link"],
    ["\u001b(Bcharset\u001b=", "charset"],
    ["an end\u001b", "an end"],
    ["a\r\nb\rc\u2028d", "a\nb\nc\nd"],
    ["tab\tstays\n", "tab\tstays\n"],
    ["\u202eabc\u2066\ufeff", "abc"],
    ["half \ud83d of one", "half \ufffd of one"],
  ])("%j is %j", (text, kept) => {
    expect(plain(text)).toBe(kept);
  });

  test("holds no control character but line feed and tab, whatever comes", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("\u001b", "[", "]", "31m", "\u009b", "\u0007", "\\", "x", "\n", "\r", "\u0000", "\u200b", ";") }),
        (text) => {
          expect(plain(text)).not.toMatch(/(?![\n\t])\p{Cc}|\u200b/u);
          expect(oneLine(text)).not.toMatch(/\p{Cc}/u);
        },
      ),
    );
  });

  test("is cut between characters", () => {
    expect(cut("abc", 3)).toBe("abc");
    expect(cut("abcd", 3)).toBe("ab…");
    expect(cut("a😀b", 3)).toBe("a…");
  });
});

describe("a grid", () => {
  test("stands in columns whatever the letters are", () => {
    const lines = grid([{ title: "a" }, { title: "n", align: "right" }], [["日本", "1"], ["e\u0301x", "22"], ["ok"]]);
    expect(lines).toEqual(["a      n", "日本   1", "e\u0301x    22", "ok"]);
  });

  test("keeps within the width that is given, as far as columns can be narrowed", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ maxLength: 60 }), fc.string({ maxLength: 90 }))),
        fc.integer({ min: 20, max: 100 }),
        (rows, most) => {
          for (const line of grid([{ title: "one" }, { title: "two" }], rows, most)) expect(widthOf(line)).toBeLessThanOrEqual(most);
        },
      ),
    );
  });
});
