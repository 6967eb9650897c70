import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { everyService, placeOnLine, serviceAt, servicesOf, servicesText } from "../../../src/calico/effect/service-line.js";
import { serviceSets } from "../../../src/calico/effect/services.js";
import { ruleOf } from "../../../src/calico/verdict/rule.js";

describe("sets of services", () => {
  const spans = fc
    .uniqueArray(fc.integer({ min: 0, max: 40 }), { maxLength: 8 })
    .map((all) => all.toSorted((a, b) => a - b))
    .map((all) => all.slice(0, all.length - (all.length % 2)));
  const apart = spans.filter((all) => all.every((one, i) => i === 0 || i % 2 === 1 || one > (all[i - 1] ?? 0) + 1));
  const has = (all: readonly number[], at: number): boolean =>
    all.some((first, i) => i % 2 === 0 && first <= at && at <= (all[i + 1] ?? -1));

  test("do what sets of numbers do, and the same set is the same object", () => {
    fc.assert(
      fc.property(apart, apart, (a, b) => {
        const sets = serviceSets([0, 40]);
        const [one, other] = [sets.of(a), sets.of(b)];
        for (let at = 0; at <= 40; at++) {
          expect(has(sets.and(one, other).spans, at)).toBe(has(a, at) && has(b, at));
          expect(has(sets.or(one, other).spans, at)).toBe(has(a, at) || has(b, at));
          expect(has(sets.minus(one, other).spans, at)).toBe(has(a, at) && !has(b, at));
        }
        expect(sets.or(sets.minus(one, other), sets.and(one, other))).toBe(one);
      }),
    );
  });
});

describe("services in words", () => {
  const text = (rule: object): string => servicesText(servicesOf(ruleOf({ action: "Allow", ...rule }, null), []));

  test.each([
    [{}, "everything"],
    [{ protocol: "TCP" }, "tcp"],
    [{ protocol: "TCP", destination: { ports: [22, "80:90"] } }, "tcp/22, tcp/80-90"],
    [{ protocol: "UDP", destination: { notPorts: [53] } }, "udp/1-52, udp/54-65535"],
    [{ protocol: "ICMP", icmp: { type: 8 } }, "icmp type 8"],
    [{ protocol: "ICMP", icmp: { type: 3, code: 4 } }, "icmp type 3 code 4"],
    [{ notProtocol: "TCP" }, "everything but tcp"],
    [{ protocol: 47 }, "47"],
  ])("%j is %s", (rule, words) => {
    expect(text(rule)).toBe(words);
  });

  test("lie on the line where they are found again", () => {
    for (const place of [6 * 65536 + 22, 17 * 65536 + 53, 65536 + 8 * 256, 47 * 65536]) expect(placeOnLine(serviceAt(place))).toBe(place);
    expect(everyService[0]).toBe(65536);
  });
});
