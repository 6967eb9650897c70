import { describe, expect, test } from "@jest/globals";
import { bare, canonical, within } from "../../src/diagnosis/address.js";

describe("an address", () => {
  test.each([
    ["10.65.0.11", "10.65.0.11"],
    ["fd00:65:0:0:0:0:0:12", "fd00:65::12"],
    ["FD00:65::0012", "fd00:65::12"],
    ["::", "::"],
    ["::ffff:10.0.0.1", "::ffff:a00:1"],
  ])("%s has one form: %s", (text, form) => {
    expect(canonical(text)).toBe(form);
  });

  test.each([
    "10.65.0.256",
    "10.65.0",
    "010.65.0.1",
    "1.2.3.4.5",
    "web",
    "",
    "fd00:::1",
    "fe80::1%eth0",
    "10.65.0.1/32",
    "0x7f.0.0.1",
    "[::1]",
  ])("%j is none", (text) => {
    expect(canonical(text)).toBeNull();
  });

  test.each([
    ["10.65.0.11", "10.65.0.0/24", true],
    ["10.65.1.11", "10.65.0.0/24", false],
    ["10.65.0.11", "10.65.0.11/32", true],
    ["203.0.113.9", "0.0.0.0/0", true],
    ["fd00:65::12", "fd00:65::/64", true],
    ["fd00:65:0:1::12", "fd00:65::/64", false],
    ["10.65.0.11", "::/0", false],
    ["10.65.0.11", "10.65.0.0", false],
    ["10.65.0.11", "10.65.0.0/33", false],
    ["10.65.0.11", "nonsense/8", false],
  ])("%s in %s: %s", (address, prefix, inside) => {
    expect(within(address, prefix)).toBe(inside);
  });

  test("loses the length of a host prefix only", () => {
    expect(["10.65.0.11/32", "fd00:65::0:12/128", "10.65.0.0/24", "10.65.0.9"].map(bare)).toEqual([
      "10.65.0.11",
      "fd00:65::12",
      "10.65.0.0/24",
      "10.65.0.9",
    ]);
  });
});
