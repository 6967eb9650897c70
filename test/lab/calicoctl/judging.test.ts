import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Bench, bench } from "./bench.js";
import type { Json } from "./generate.js";

const golden = join(import.meta.dirname, "../../golden/policy/selectors-sample.json");
const selectors = JSON.parse(readFileSync(golden, "utf8")) as { selector: string; valid: boolean }[];

let at: Bench;
beforeAll(async () => void (at = await bench([])), 60_000);
afterAll(() => at?.stop());

const document = (kind: string, spec: Json, metadata: Json = {}): string =>
  JSON.stringify({ apiVersion: "projectcalico.org/v3", kind, metadata: { name: "judged", ...metadata }, spec });

/** What `validate` says of it; "" if nothing. */
async function said(text: string): Promise<string> {
  const { stdout, stderr } = await at.offline(["validate", "-f", "-"], text);
  return stdout.startsWith("Successfully validated") ? stderr : stderr.trim();
}

describe("validate", () => {
  test("takes the selectors that Calico's own parser took, and refuses the others", async () => {
    const verdicts = await Promise.all(
      selectors.map(async ({ selector }) => ({
        selector,
        valid: (await said(document("IPPool", { cidr: "10.0.0.0/8", nodeSelector: selector }))) === "",
      })),
    );

    expect(verdicts).toEqual(selectors.map(({ selector, valid }) => ({ selector, valid })));
    expect(selectors.some(({ valid }) => !valid)).toBe(true);
  }, 60_000);

  test.each([
    ["NetworkPolicy", { ingress: [{ action: "Allow", icmp: { code: 1 }, protocol: "ICMP" }] }, "ICMP code specified without an ICMP type"],
    ["NetworkPolicy", { ingress: [{ action: "Allow", icmp: { type: 8 } }] }, "must set protocol to ICMP"],
    ["NetworkPolicy", { egress: [{ action: "Allow", protocol: "TCP", destination: { ports: [0] } }] }, "between 1 and 65535"],
    ["NetworkPolicy", { egress: [{ action: "Allow", source: { nets: ["10.0.0.0/8"], notNets: ["fd00::/8"] } }] }, "both IPv4 and IPv6"],
    ["NetworkPolicy", { types: ["Egress", "Egress"] }, "'Egress' type specified more than once"],
    ["GlobalNetworkPolicy", { selector: "global()" }, "global() can only be used"],
    ["GlobalNetworkPolicy", { doNotTrack: true, preDNAT: true, applyOnForward: true }, "cannot both be true"],
    ["IPPool", { cidr: "fe80:1::/64", ipipMode: "Never" }, "overlaps with IPv6 Link Local range"],
    ["IPPool", { cidr: "10.0.0.0/8", allowedUses: ["Other"] }, "unknown use: Other"],
    ["BGPPeer", { peerIP: "[fd00::1]:70000" }, "because of Tag: IP:port"],
    ["HostEndpoint", { node: "n", interfaceName: "an-interface-name" }, "because of Tag: interface"],
    ["HostEndpoint", { node: "n", interfaceName: "e", ports: [{ name: "x", protocol: "ICMP", port: 1 }] }, "does not support ports"],
    ["Node", { bgp: { ipv6Address: "10.0.0.1" } }, "because of Tag: cidrv6"],
    ["FelixConfiguration", { bpfLogLevel: "Loud" }, "BPFLogLevel = 'Loud'"],
    ["FelixConfiguration", { openstackRegion: "North_1" }, "must be a valid DNS label"],
    ["Tier", { order: "x" }, "cannot unmarshal string into Go struct field TierSpec.spec.order of type float64"],
    ["BGPPeer", { maxRestartTime: "soon" }, 'time: invalid duration "soon"'],
    ["NetworkSet", { nets: { a: 1 } }, "cannot unmarshal object into Go struct field NetworkSetSpec.spec.nets of type []string"],
    ["Node", { bgp: { asNumber: "1.99999" } }, "invalid AS Number format (1.99999)"],
  ])("refuses a %s of %j", async (kind, spec, reason) => {
    expect(await said(document(kind, spec))).toContain(reason);
  });

  test.each(["a.b.c", "A", "-a", "a..b"])("refuses the name %s for a policy", async (name) => {
    expect(await said(document("GlobalNetworkPolicy", {}, { name }))).toContain("name must consist of lower case");
  });

  test.each([{ "a/b/c": "x" }, { "/x": "y" }, { a: "b c" }, { a: "x".repeat(64) }])("refuses the labels %j", async (labels) => {
    expect(await said(document("NetworkSet", {}, { labels }))).toMatch(/Metadata\.Labels \((label|value)\)/);
  });
});
