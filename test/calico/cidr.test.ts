import { expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  byPlace,
  type Cidr,
  contains,
  locator,
  outermost,
  overlaps,
  parseCidr,
  prefixAt,
  prefixesOf,
  sizeOf,
  unionSize,
} from "../../src/calico/cidr.js";

const ipv4 = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })).map(([address, bits]) => `${address}/${bits}`);
const ipv6 = fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 })).map(([address, bits]) => `${address}/${bits}`);
const parsed = (text: string): Cidr => parseCidr(text) ?? fail(text);
const cidr = fc.oneof(ipv4, ipv6).map(parsed);
/** Few bits, so that they often lie in each other. */
const crowded = fc
  .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 24, max: 32 }))
  .map(([last, bits]) => parsed(`10.0.0.${last}/${bits}`));

function fail(text: string): never {
  throw new Error(`${text} was not understood`);
}

test("prefixes are read with their host bits cleared, and print as they are read again", () => {
  expect(parsed("10.65.3.9/16")).toMatchObject({ family: 4, bits: 16, text: "10.65.0.0/16" });
  expect(parsed("fd00:10:96:0:0::9/64").text).toBe("fd00:10:96::/64");
  expect(parsed("fd00:1:f::10.0.0.182/128").text).toBe("fd00:1:f::a00:b6/128");
  expect(parsed("10.65.0.21").text).toBe("10.65.0.21/32");
  fc.assert(fc.property(cidr, (one) => expect(parsed(one.text)).toEqual(one)));
  fc.assert(fc.property(cidr, (one) => expect(sizeOf(one)).toBe(1n << BigInt((one.family === 4 ? 32 : 128) - one.bits))));
});

test("what is no address or prefix is none", () => {
  for (const text of [
    "",
    "10.1",
    "10.1.2.3/33",
    "010.1.2.3",
    "10.1.2.3/",
    "fe80::1%eth0",
    "::/129",
    "10.0.0.0/8/8",
    "0x7f000001",
    "a.b.c.d",
    "10.0.0.0/-1",
  ])
    expect([text, parseCidr(text)]).toEqual([text, null]);
  fc.assert(fc.property(fc.string(), (text) => expect(() => parseCidr(text)).not.toThrow()));
});

test("two prefixes share an address exactly if one lies in the other, and containing is a partial order", () => {
  fc.assert(
    fc.property(crowded, crowded, crowded, (a, b, c) => {
      const share = a.first <= b.last && b.first <= a.last;
      expect(overlaps(a, b)).toBe(share);
      if (contains(a, b) && contains(b, c)) expect(contains(a, c)).toBe(true);
      if (contains(a, b) && contains(b, a)) expect(a).toEqual(b);
    }),
  );
  fc.assert(fc.property(ipv4, ipv6, (a, b) => expect(overlaps(parsed(a), parsed(b))).toBe(false)));
});

test("the size of many together counts every address once", () => {
  fc.assert(
    fc.property(fc.array(crowded, { maxLength: 12 }), (all) => {
      const addresses = new Set(all.flatMap((one) => Array.from({ length: Number(sizeOf(one)) }, (_, i) => one.first + BigInt(i))));
      expect(unionSize(all)).toBe(BigInt(addresses.size));
      expect(outermost(all)).toEqual(outermost(all).toSorted(byPlace));
    }),
    { numRuns: 60 },
  );
});

test("the locator finds the smallest prefix around an address, as a search through all would", () => {
  fc.assert(
    fc.property(fc.array(crowded, { maxLength: 12 }), crowded, (all, inner) => {
      const around = all.filter((one) => contains(one, inner)).toSorted((a, b) => b.bits - a.bits);
      expect(locator(all, (one) => one)(inner)).toEqual(around[0] ?? null);
    }),
  );
});

test("a stretch of addresses is made up of the fewest prefixes, one after the other", () => {
  fc.assert(
    fc.property(fc.nat(300), fc.nat(300), fc.constantFrom(4 as const, 6 as const), (start, length, family) => {
      const [first, last] = [BigInt(start), BigInt(start + length)];
      const all = prefixesOf(first, last, family);
      expect([all[0]?.first, all.at(-1)?.last]).toEqual([first, last]);
      for (const [i, one] of all.entries()) if (i > 0) expect(one.first).toBe((all[i - 1]?.last ?? 0n) + 1n);
      expect(all.map(({ text }) => parseCidr(text))).toEqual(all.map((one) => prefixAt(one.first, one.bits, family)));
      for (const [i, one] of all.entries()) if (all[i + 1]?.bits === one.bits) expect((one.first / sizeOf(one)) % 2n).toBe(1n);
    }),
  );
  expect(prefixesOf(0n, (1n << 32n) - 1n, 4).map(({ text }) => text)).toEqual(["0.0.0.0/0"]);
});
