import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseSelector } from "../../src/calico/selector/parse.js";
import { stored } from "../../src/calico/verdict/item.js";
import { modelOf } from "../../src/calico/verdict/model.js";
import { add, emptyParts } from "../../src/calico/verdict/parts.js";
import { aboutPolicy } from "../../src/diagnosis/policies/about.js";
import { aboutCard } from "../../src/diagnosis/policies/about-card.js";
import { noGroups } from "../../src/diagnosis/policies/find-policy.js";
import { lintAnswer } from "../../src/diagnosis/policies/lint-answer.js";
import { lintCard } from "../../src/diagnosis/policies/lint-card.js";

const odd = fc.oneof(
  fc.constantFrom(null, "", 0, -1, 1e99, true, [], {}, "all()", "a == 'b'", "a = b", "((", "10.0.0.0/8", "::/0", "Allow"),
  fc.jsonValue(),
);
const entity = fc.record(
  { nets: odd, notNets: odd, selector: odd, notSelector: odd, namespaceSelector: odd, ports: odd, notPorts: odd, serviceAccounts: odd },
  { requiredKeys: [] },
);
const rule = fc.record(
  {
    action: fc.oneof(fc.constantFrom("Allow", "Deny", "Pass", "Log"), odd),
    protocol: fc.oneof(fc.constantFrom("TCP", "ICMP", 6), odd),
    ipVersion: odd,
    icmp: odd,
    source: fc.oneof(entity, odd),
    destination: fc.oneof(entity, odd),
  },
  { requiredKeys: [] },
);
const rules = fc.oneof(fc.array(rule, { maxLength: 4 }), odd);
const spec = fc.record(
  { tier: odd, order: odd, selector: odd, namespaceSelector: odd, types: odd, ingress: rules, egress: rules },
  { requiredKeys: [] },
);
const value = fc.oneof(
  { weight: 4, arbitrary: spec.map((one) => ({ kind: "x", metadata: { name: "x" }, spec: one })) },
  { weight: 1, arbitrary: odd },
);
const base = "/calico/resources/v3/projectcalico.org";
const keys = [
  `${base}/networkpolicies/openstack/x`,
  `${base}/globalnetworkpolicies/x`,
  `${base}/tiers/t`,
  `${base}/workloadendpoints/openstack/c1-openstack-d-p`,
];
const about = { cluster: "lab", region: "no-region", revision: 1, at: 1, groups: noGroups, near: () => null };

/** What a text has when a value was forgotten; a schema says that it received undefined. */
const slips = /(?<!received )undefined|NaN(?!")|\[object /;

test("whatever is stored is told of: no value makes lint or a policy's card fail", async () => {
  await fc.assert(
    fc.asyncProperty(fc.tuple(value, value, value, value), async (values) => {
      const parts = emptyParts();
      for (const [i, key] of keys.entries()) {
        const taken = stored(key, JSON.stringify(values[i] ?? null));
        if (taken) add(parts, taken);
      }
      const model = modelOf(parts);
      const linted = await lintAnswer(model, { ...about, name: null });
      expect(JSON.stringify(lintCard(linted))).not.toMatch(slips);
      for (const { missing, policy } of model.compiled.values()) {
        const name = `${policy.kind === "NetworkPolicy" ? "np/openstack/" : "gnp/"}${policy.name}`;
        const told = await aboutPolicy(model, { ...about, name });
        expect(JSON.stringify(aboutCard(told))).not.toMatch(slips);
        // What felix treats as missing is never passed over.
        if (missing !== null) expect(told.findings.map(({ light }) => light)).toContain("bad");
      }
    }),
    { numRuns: 400 },
  );
}, 30_000);

test("a selector of any text is read or refused with a place in it", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.array(fc.constantFrom("a", "==", "'x'", "(", ")", "&&", "||", "!", "in", "{", "}", ",", "has(", " ")).map((all) => all.join("")),
      ),
      (text) => {
        const parsed = parseSelector(text);
        if (parsed.ok) return;
        expect(parsed.error.at).toBeGreaterThanOrEqual(0);
        expect(parsed.error.at).toBeLessThanOrEqual(text.length);
      },
    ),
    { numRuns: 2000 },
  );
});
