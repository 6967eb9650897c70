import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { nearest } from "../../src/contract/nearest.js";

const words = ["status", "routes", "vm", "policies", "policy", "GlobalNetworkPolicy", "etcd"];

describe("the word that was meant", () => {
  test.each<[string, string, string | null]>([
    ["the same in other letters", "STATUS", "status"],
    ["a letter too few", "statu", "status"],
    ["a letter too many", "ettcd", "etcd"],
    ["two letters that changed places", "sattus", "status"],
    ["two that changed places in a short word", "mv", "vm"],
    ["a third of a long word", "globalnetwrkpolisy", "GlobalNetworkPolicy"],
    ["the nearer of two", "polices", "policies"],
    ["the beginning of one", "glob", "GlobalNetworkPolicy"],
    ["nothing like any", "frobnicate", null],
    ["two slips in a short word", "es", null],
    ["a beginning of two letters", "gl", null],
    ["nothing at all", "", null],
  ])("%s", (_, typed, meant) => {
    expect(nearest(typed, words)).toBe(meant);
  });

  test("is the first of equally near ones, and comes out of any sequence", () => {
    expect(nearest("rr3", new Set(["rr1", "rr2"]))).toBe("rr1");
  });

  test("is one of the known words or none, whatever is typed, and each word means itself", () => {
    fc.assert(fc.property(fc.string(), (typed) => [null, ...words].includes(nearest(typed, words))));
    for (const word of words) expect(nearest(word, words)).toBe(word);
  });
});
