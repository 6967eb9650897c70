import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { mrkdwn, mrkdwnWithin } from "../../../src/slack/blocks/escape.js";

describe("plain text in mrkdwn", () => {
  test.each([
    ["rack r12 is down", "rack r12 is down"],
    ["a & b < c > d", "a &amp; b &lt; c &gt; d"],
    ["> not a quote", "`&gt;` not a quote"],
    ["*bold* and snake_case_name", "`*bold*` and snake_case_name"],
    ["_lab_, then", "`_lab_`, then"],
    ["about ~30 s, since 02:51:12", "about ~30 s, since 02:51:12"],
    ["~gone~", "`~gone~`"],
    ["on 2001:db8:100::1.", "on `2001:db8:100::1`."],
    ["10.0.0.1:100:2", "`10.0.0.1:100:2`"],
    ["fa:16:3e:ab:cd:ef", "`fa:16:3e:ab:cd:ef`"],
    ["run `status *lab*` again", "run `status *lab*` again"],
    ["a stray ` tick", "a stray ' tick"],
    ["two\nlines\there", "two lines here"],
  ])("%j is written %j", (text, written) => {
    expect(mrkdwn(text)).toBe(written);
  });

  test("keeps addresses letter for letter", () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        expect(mrkdwn(`peer ${address}, down`).replaceAll("`", "")).toBe(`peer ${address}, down`);
      }),
    );
  });

  test("cuts to what is allowed, escapes included, and never inside a character or an entity", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("&", "<", "a", " ", "😀", "`", "*", ":b:") }),
        fc.integer({ min: 8, max: 60 }),
        (text, most) => {
          const shown = mrkdwnWithin(text, most);
          expect(shown.length).toBeLessThanOrEqual(most);
          expect(shown).not.toMatch(/&(?!(?:amp|lt|gt);)|\p{Surrogate}/u);
          expect(shown.split("`").length % 2).toBe(1);
        },
      ),
    );
  });
});
