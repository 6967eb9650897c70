import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { toFailure } from "../../../src/contract/failure.js";
import { getArgs } from "../../../workers/calicoctl/args.js";

describe("get", () => {
  test.each([
    [{ kind: "node", name: null, namespace: null }, "get node -o json"],
    [{ kind: "node", name: "compute-01", namespace: null }, "get node compute-01 -o json"],
    [{ kind: "np", name: "web", namespace: "openstack" }, "get np web -o json -n openstack"],
    [{ kind: "np", name: null, namespace: "*" }, "get np -o json -A"],
    [{ kind: "np", name: "web", namespace: "*" }, "get np -o json -A"],
  ])("of %j is `%s`", (wanted, words) => {
    expect(getArgs(wanted).join(" ")).toBe(words);
  });

  test.each([
    [{ kind: "--log-level=debug", name: null, namespace: null }, "`--log-level=debug` cannot be a kind"],
    [{ kind: "node", name: "-o", namespace: null }, "`-o` cannot be a name"],
    [{ kind: "node", name: "--", namespace: null }, "`--` cannot be a name"],
    [{ kind: "np", name: "--config=/etc/passwd", namespace: "*" }, "cannot be a name"],
    [{ kind: "np", name: null, namespace: "-A" }, "`-A` cannot be a namespace"],
    [{ kind: "np", name: "", namespace: null }, "the name is empty"],
    [{ kind: "np", name: "a\0b", namespace: null }, "`a\\0b` cannot be a name"],
    [{ kind: "np", name: "x".repeat(5000), namespace: null }, "cannot be a name"],
  ])("refuses %j", (wanted, message) => {
    const refused = (): unknown => getArgs(wanted);

    expect(refused).toThrow(message);
    try {
      refused();
    } catch (error) {
      expect(toFailure(error)).toMatchObject({ code: "usage", hint: expect.stringMatching(/./) });
    }
  });

  test("keeps whatever else people type as one word, and never makes an option of it", () => {
    const word = fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(word, word, word, (kind, name, namespace) => {
        const own = new Set(["-o", "-n", "-A"]);
        let words: string[] = [];
        try {
          words = getArgs({ kind, name, namespace });
        } catch {
          expect([kind, name, namespace].some((text) => text.startsWith("-") || text.includes("\0"))).toBe(true);
          return;
        }
        expect(words.filter((text) => text.startsWith("-") && !own.has(text))).toEqual([]);
        expect(words).toContain(kind);
      }),
    );
  });
});
