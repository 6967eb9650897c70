import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseCidr } from "../../../src/calico/cidr.js";
import { contradiction } from "../../../src/calico/verdict/contradiction.js";
import { covers } from "../../../src/calico/verdict/covers.js";
import { UnreadableError } from "../../../src/calico/verdict/entity.js";
import { isAbout, type Owner, type Packet } from "../../../src/calico/verdict/match.js";
import { type Rule, ruleOf } from "../../../src/calico/verdict/rule.js";

const optional = <T>(of: fc.Arbitrary<T>) => fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: of });
const nets = fc.uniqueArray(fc.constantFrom("10.0.0.0/8", "10.1.0.0/16", "10.1.1.1/32", "0.0.0.0/0", "fd00::/8", "fd00::1/128"), {
  minLength: 1,
  maxLength: 2,
});
const ports = fc.uniqueArray(fc.constantFrom<string | number>(80, 81, "80:90", "1:79", 443, "web"), { minLength: 1, maxLength: 3 });
const selector = fc.constantFrom("app == 'a'", "has(app)", "app in {'a','b'}", "!has(app)", "all()", "app == 'b'");
const entity = fc.record({
  nets: optional(nets),
  notNets: optional(nets),
  selector: optional(selector),
  notSelector: optional(selector),
  ports: optional(ports),
  notPorts: optional(ports),
});
const stored = fc.record({
  action: fc.constant("Allow"),
  ipVersion: optional(fc.constantFrom(4, 6)),
  protocol: optional(fc.constantFrom("TCP", "UDP", "ICMP", "ICMPv6")),
  notProtocol: optional(fc.constantFrom("TCP", "UDP")),
  icmp: optional(fc.constantFrom({ type: 8 }, { type: 8, code: 0 }, { type: 3 })),
  notICMP: optional(fc.constantFrom({ type: 8 }, { type: 8, code: 0 })),
  source: entity,
  destination: entity,
});
const compiled = (one: unknown): Rule | null => {
  try {
    return ruleOf(one, null);
  } catch (error) {
    if (error instanceof UnreadableError) return null;
    throw error;
  }
};
const rule = stored.map(compiled);
/** Two rules of which the second is like the first but for some fields, as in a policy that grew. */
const alike = fc
  .tuple(stored, stored, fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }))
  .map(([one, other, from]) => [compiled(one), compiled(mixed(one, other, from))] as const);
function mixed(one: object, other: object, from: readonly boolean[]): object {
  return { ...one, ...Object.fromEntries(Object.entries(other).filter((_, i) => from[i] === true)) };
}

const owners = ([undefined, "a", "b", "c"] as const).flatMap((app): Owner[][] =>
  app === undefined
    ? [[], [{ labels: {}, ports: [] }]]
    : [[{ labels: { app }, ports: app === "a" ? [{ name: "web", protocol: 6, port: 443 }] : [] }]],
);
const pairs = [
  ["10.1.1.1", "10.1.0.9"],
  ["10.1.2.3", "10.9.9.9"],
  ["10.9.9.9", "10.1.1.1"],
  ["8.8.8.8", "10.1.1.1"],
  ["fd00::1", "fd00::2"],
  ["2001:db8::1", "fd00::1"],
] as const;
const ip = (text: string) => {
  const cidr = parseCidr(text);
  if (cidr === null) throw new Error(text);
  return cidr;
};
const packet = fc
  .record({
    pair: fc.constantFrom(...pairs),
    protocol: fc.constantFrom(6, 17, 1, 58),
    srcPort: fc.constantFrom(80, 85, 443),
    dstPort: fc.constantFrom(79, 80, 81, 443),
    icmp: fc.constantFrom({ type: 8, code: 0 }, { type: 8, code: 1 }, { type: 3, code: 0 }),
    source: fc.constantFrom(...owners),
    destination: fc.constantFrom(...owners),
  })
  // No packet of IPv4 is ICMPv6, and the other way round.
  .filter(({ pair, protocol }) => protocol !== (pair[0].includes(":") ? 1 : 58))
  .map(({ pair: [src, dst], protocol, srcPort, dstPort, icmp, source, destination }): Packet => {
    const ported = protocol === 6 || protocol === 17;
    const connection = { src: ip(src), dst: ip(dst), protocol, srcPort: ported ? srcPort : null, dstPort: ported ? dstPort : null, icmp };
    return { connection, source, destination, incomplete: null };
  });
const packets = fc.sample(packet, { numRuns: 400, seed: 7 });

describe("a rule that covers another", () => {
  test("is about every packet that the other is about", () => {
    let told = 0;
    fc.assert(
      fc.property(alike, ([outer, inner]) => {
        if (outer === null || inner === null || !covers(outer, inner)) return;
        told++;
        expect(packets.filter((one) => isAbout(inner, one) === true && isAbout(outer, one) !== true)).toEqual([]);
      }),
      { numRuns: 6000 },
    );
    expect(told).toBeGreaterThan(50);
  });

  const tcp = (more: object = {}) => ({ action: "Allow", protocol: "TCP", ...more });
  test.each([
    ["the same", tcp(), tcp()],
    ["anything", { action: "Deny" }, tcp({ source: { nets: ["10.0.0.0/8"] } })],
    ["a larger net", tcp({ source: { nets: ["10.0.0.0/8"] } }), tcp({ source: { nets: ["10.1.0.0/16", "10.2.0.0/16"] } })],
    ["joined ports", tcp({ destination: { ports: ["1:100", "101:200"] } }), tcp({ destination: { ports: ["50:150"] } })],
    ["the version that its nets are of", tcp({ ipVersion: 4 }), tcp({ source: { nets: ["10.0.0.0/8"] } })],
    ["a wider selector", tcp({ source: { selector: "has(app)" } }), tcp({ source: { selector: "app == 'a'" } })],
    ["fewer exclusions", tcp({ source: { notNets: ["10.1.0.0/16"] } }), tcp({ source: { notNets: ["10.0.0.0/8"] } })],
    ["any type", { action: "Deny", protocol: "ICMP" }, { action: "Allow", protocol: "ICMP", icmp: { type: 8 } }],
  ])("is told by %s", (_, outer, inner) => {
    expect(covers(ruleOf(outer, null), ruleOf(inner, null))).toBe(true);
  });

  test.each([
    ["another protocol", tcp(), { action: "Allow", protocol: "UDP" }],
    ["one version of both", tcp({ ipVersion: 4 }), tcp()],
    ["what cannot be judged", tcp({ http: { methods: ["GET"] } }), tcp()],
    ["any endpoint for any address", tcp({ source: { selector: "all()" } }), tcp()],
  ])("is not seen in %s", (_, outer, inner) => {
    expect(covers(ruleOf(outer, null), ruleOf(inner, null))).toBe(false);
  });
});

describe("a rule that contradicts itself", () => {
  test("is about no packet", () => {
    let told = 0;
    fc.assert(
      fc.property(rule, (one) => {
        if (one === null || contradiction(one) === null) return;
        told++;
        expect(packets.filter((each) => isAbout(one, each) === true)).toEqual([]);
      }),
      { numRuns: 3000 },
    );
    expect(told).toBeGreaterThan(50);
  });

  test.each([
    [{ protocol: "TCP", notProtocol: 6 }, "it asks for a protocol and excludes it"],
    [{ ipVersion: 6, source: { nets: ["10.0.0.0/8"] } }, "its nets, protocol and ipVersion are not of one IP version"],
    [{ protocol: "ICMPv6", ipVersion: 4 }, "its nets, protocol and ipVersion are not of one IP version"],
    [{ source: { nets: ["10.1.0.0/16"], notNets: ["10.0.0.0/8"] } }, "source.notNets excludes all of source.nets"],
    [{ destination: { notNets: ["0.0.0.0/0"] } }, "destination.notNets excludes every address"],
    [{ source: { selector: "app == 'a' && app == 'b'" } }, "no labels satisfy source.selector"],
    [{ source: { selector: "app == 'a'", notSelector: "has(app)" } }, "source.notSelector excludes all of source.selector"],
    [{ protocol: "TCP", destination: { ports: [80], notPorts: ["1:100"] } }, "destination.notPorts excludes all of destination.ports"],
    [{ protocol: "TCP", destination: { ports: [80, "web"], notPorts: [80] } }, null],
    [{}, null],
  ])("%j: %s", (given, why) => {
    expect(contradiction(ruleOf({ action: "Allow", ...given }, null))).toBe(why);
  });
});
