import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { FailureError } from "../../../src/contract/failure.js";
import { coverage, parseDestination, prefixOf, textOf } from "../../../src/diagnosis/routes/destination.js";

describe("an address or prefix", () => {
  test.each([
    ["10.65.0.12", "10.65.0.12", "10.65.0.12/32"],
    ["10.65.0.12/32", "10.65.0.12", "10.65.0.12/32"],
    [" 10.65.0.0/24 ", "10.65.0.0/24", "10.65.0.0/24"],
    ["0.0.0.0/0", "0.0.0.0/0", "0.0.0.0/0"],
    ["FD00:0:0:0::12", "fd00::12", "fd00::12/128"],
    ["[fd00::12]", "fd00::12", "fd00::12/128"],
    ["fd00:10:96:0:1::/122", "fd00:10:96:0:1::/122", "fd00:10:96:0:1::/122"],
    ["::/0", "::/0", "::/0"],
    ["::ffff:10.0.0.1", "::ffff:a00:1", "::ffff:a00:1/128"],
  ])("%s", (typed, text, prefix) => {
    const destination = parseDestination(typed);

    expect([textOf(destination), prefixOf(destination)]).toEqual([text, prefix]);
  });

  test("is given back unchanged in its shortest form, whatever address it is", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
        const once = textOf(parseDestination(address));
        expect(textOf(parseDestination(once))).toBe(once);
      }),
    );
  });

  test("that is none of it is a usage failure, never anything else", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-f:./[\]%]{0,45}$/)), (typed) => {
        try {
          return parseDestination(typed).length >= 0;
        } catch (error) {
          return error instanceof FailureError && error.failure.code === "usage";
        }
      }),
    );
  });
});

test("a route covers all, more, or exactly this", () => {
  const one = parseDestination("10.65.0.12");

  expect(["10.65.0.12/32", "10.65.0.0/26", "0.0.0.0/0"].map((prefix) => coverage(prefix, one))).toEqual(["exact", "wider", "default"]);
  expect(coverage("0.0.0.0/0", parseDestination("0.0.0.0/0"))).toBe("exact");
});
