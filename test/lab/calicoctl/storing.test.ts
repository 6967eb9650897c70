import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Bench, bench, root } from "./bench.js";
import type { Json } from "./generate.js";
import { keyspace } from "./world.js";

/** What a cluster has before anybody writes, and what Neutron's driver wrote, whose JSON has blanks. */
const written = keyspace.filter(
  ({ key, value }) => key.startsWith(root) && !value.includes('": "') && !key.includes("/clusterinformations/"),
);
/** What Calico fills in by itself: left out of what is given to it. */
const defaults: Readonly<Record<string, Json>> = {
  BGPConfiguration: { serviceLoadBalancerAggregation: "Enabled" },
  FelixConfiguration: {
    nftablesMode: "Auto",
    bpfLogLevel: "",
    bpfConnectTimeLoadBalancing: "TCP",
    bpfHostNetworkedNATWithoutCTLB: "Enabled",
    floatingIPs: "Disabled",
  },
  IPPool: {
    vxlanMode: "Never",
    ipipMode: "Never",
    blockSize: 26,
    nodeSelector: "all()",
    allowedUses: ["Workload", "Tunnel"],
    assignmentMode: "Automatic",
  },
  Tier: { defaultAction: "Deny" },
  GlobalNetworkPolicy: { tier: "default", types: ["Ingress"] },
  NetworkPolicy: { tier: "default", types: ["Ingress"] },
  StagedNetworkPolicy: { tier: "default", types: ["Ingress"], stagedAction: "Set" },
  StagedGlobalNetworkPolicy: { tier: "default", stagedAction: "Set" },
  StagedKubernetesNetworkPolicy: { stagedAction: "Set" },
};

interface Stored {
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  spec: Json;
}

/** The document that somebody may have written. */
function bare(value: string): string {
  const { metadata, spec, ...rest } = JSON.parse(value) as Stored;
  const { name, namespace, labels = {} } = metadata;
  const own = Object.entries(defaults[rest.kind] ?? {});
  const given = Object.entries(spec).filter(
    ([field, item]) => !own.some(([known, usual]) => known === field && JSON.stringify(usual) === JSON.stringify(item)),
  );
  const said = Object.entries(labels).filter(([label]) => !label.startsWith("projectcalico.org/"));
  const kept = { name, ...(namespace && { namespace }), labels: Object.fromEntries(said) };
  return JSON.stringify({ ...rest, metadata: kept, spec: Object.fromEntries(given) });
}

const masked = (value: string): string => value.replace(/("uid":")[\da-f-]{36}|("creationTimestamp":")[^"]+/g, "$1$2…");

let at: Bench;
beforeAll(async () => void (at = await bench([])), 60_000);
afterAll(() => at?.stop());

test("everything that the real one stored in the recorded cluster is stored byte for byte as it was, defaults and all", async () => {
  const tiersFirst = written.toSorted((a, b) => Number(b.key.includes("/tiers/")) - Number(a.key.includes("/tiers/")));
  const own = /\/tiers\/(default|kube-\w+)$/;
  const given = tiersFirst.filter(({ key }) => !own.test(key));
  const { exitCode, stderr } = await at.call(["create", "-f", "-"], given.map(({ value }) => bare(value)).join("\n---\n"));
  const values = at.etcd.values(root);

  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  for (const { key, value } of written) expect([key, masked(values.get(key) ?? "")]).toEqual([key, masked(value)]);
  expect(written.length).toBeGreaterThan(40);
});

test("an empty datastore has got the cluster's identity and Calico's own tiers with the first write", () => {
  const { spec } = JSON.parse(at.etcd.values(root).get(`${root}/clusterinformations/default`) ?? "null") as Stored;

  expect(spec).toEqual({ clusterGUID: expect.stringMatching(/^[\da-f]{32}$/), datastoreReady: true });
});
