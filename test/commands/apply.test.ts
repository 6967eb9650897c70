import { describe, expect, test } from "@jest/globals";
import { stringify } from "yaml";
import apply from "../../commands/apply.js";
import { readDrafts } from "../../src/calico/draft/draft.js";
import type { View } from "../../src/contract/view.js";
import { usualRules } from "../../src/plan/rules.js";
import { stepsOf } from "../../src/plan/steps.js";
import { readWorld } from "../../src/plan/world.js";
import { ask, fakeCluster } from "../support/cluster.js";
import { goldenKeys } from "../support/keyspace.js";
import { changeable, document, plannedBy, saidIn, shop } from "../support/planning.js";

const keys = goldenKeys();
const cluster = changeable(keys);
const tried = (text: string): Promise<View> => ask(apply, cluster, { "dry-run": true }, text);
const diffs = (card: View): string[] => card.sections.flatMap((section) => (section.kind === "code" ? section.text.split("\n") : []));
const stored = (kind: string, name: string): Record<string, unknown> =>
  JSON.parse(keys[`/calico/resources/v3/projectcalico.org/${kind}/${name}`] ?? "null") as Record<string, unknown>;

describe("apply --dry-run", () => {
  test("compares with what is stored, in the form in which calicoctl would store it", async () => {
    const pool = stored("ippools", "old-pool");
    const same = await tried(stringify(pool));
    expect(same.verdict).toMatchObject({ light: "ok", text: "lab: dry run: nothing to do: 1 object as wanted already" });

    const other = await tried(stringify({ ...pool, spec: { ...(pool["spec"] as object), disabled: false } }));
    expect(other.verdict).toMatchObject({
      text: "lab: dry run: no policy is touched: traffic is not judged; 0 blocking",
      detail: "update IPPool old-pool",
    });
    expect(diffs(other)).toContain("-  disabled: true");
  });

  test("a policy comes with what it does to traffic, its picture and table", async () => {
    const card = await tried(
      document("GlobalNetworkPolicy", "deny-everything", {
        order: 1,
        selector: "all()",
        types: ["Ingress"],
        ingress: [{ action: "Deny" }],
      }),
    );

    expect(card.verdict.light).toBe("warn");
    expect(card.verdict.text).toMatch(/^lab: dry run: cuts .*; opens nothing; 3 uncertain; 0 blocking$/);
    expect(card.verdict.detail).toBe("create GlobalNetworkPolicy deny-everything, order 1 → before all 5 security groups");
    expect(diffs(card)).toContain("+  name: deny-everything");
    expect(card.footer.join()).toContain("nothing was applied");
    expect(card.csv?.text).toContain("lost");
  });

  test("what is wrong is named with its place and the next fault", async () => {
    await expect(tried(document("Tier", "X", { order: "first" }))).rejects.toMatchObject({
      failure: {
        code: "usage",
        message: expect.stringContaining("line 4, column 3: metadata.name"),
        hint: expect.stringContaining("also line 6"),
      },
    });
  });
});

test("every recorded object of a person, applied as it is, changes nothing", async () => {
  const people = Object.entries(keys).filter(
    ([key]) =>
      /\/v3\/projectcalico\.org\//.test(key) &&
      !/\/(workloadendpoints|clusterinformations|profiles\/projectcalico-default-allow)|ossg\./.test(key),
  );

  expect(people.length).toBeGreaterThan(30);
  for (const [key, value] of people) {
    const { drafts } = readDrafts(value);
    const world = await readWorld(cluster, drafts, { signal: AbortSignal.timeout(1000), request: "r", note: () => {} });
    expect([
      key,
      stepsOf(
        drafts.map((draft) => ({ action: "apply", draft })),
        world,
      ),
    ]).toEqual([key, { steps: [], unchanged: [expect.any(String)] }]);
  }
});

describe("guards", () => {
  test.each([
    [
      "a policy of Neutron's",
      document("NetworkPolicy", "ossg.default.abc", { selector: "all()" }, { namespace: "openstack" }),
      "is written by Neutron's driver",
    ],
    [
      "labels of Calico's",
      document("NetworkPolicy", "web", { selector: "all()" }, { namespace: "openstack", labels: { "projectcalico.org/namespace": "x" } }),
      "sets projectcalico.org/namespace",
    ],
    [
      "a namespace without VMs",
      document("NetworkPolicy", "web", { selector: "all()" }, { namespace: "production" }),
      "selects no VM: all VMs of this region are in the namespace `openstack`",
    ],
    [
      "a tier that is not there",
      document("GlobalNetworkPolicy", "web", { tier: "nowhere", selector: "a == 'b'" }),
      "is for the tier `nowhere`, which does not exist",
    ],
    [
      "a VM's port",
      document("WorkloadEndpoint", "a-b-c-d", { node: "a", orchestrator: "b", workload: "c", endpoint: "d" }, { namespace: "openstack" }),
      "which would put it back",
    ],
    ["a pool over another", document("IPPool", "mine", { cidr: "172.16.128.0/17" }), "overlaps default-pool (172.16.0.0/16)"],
    [
      "a pool that moves",
      document("IPPool", "default-pool", { cidr: "172.17.0.0/16" }),
      "would change its prefix from 172.16.0.0/16 to 172.17.0.0/16",
    ],
    [
      "ports that let anybody in after a mistake",
      document("FelixConfiguration", "default", { failsafeInboundHostPorts: [] }),
      "changes failsafeInboundHostPorts",
    ],
  ])("%s: blocks", async (_, text, said) => {
    const card = await tried(text);

    expect(card.verdict.light).toBe("bad");
    expect(saidIn(card).join("\n")).toContain(said);
  });

  test.each([
    ["a host endpoint", document("HostEndpoint", "new", { node: "compute-01", interfaceName: "eth1" }), "it is cut off"],
    ["a policy for everything", document("GlobalNetworkPolicy", "web", { selector: "all()" }), "selects everything, host endpoints too"],
    [
      "untracked",
      document("GlobalNetworkPolicy", "web", { selector: "a == 'b'", doNotTrack: true, applyOnForward: true }),
      "has doNotTrack",
    ],
    ["a pool behind the hosts' addresses", document("IPPool", "mine", { cidr: "10.77.0.0/16", natOutgoing: true }), "has natOutgoing"],
    ["a host's address", document("Node", "compute-01", { bgp: { ipv4Address: "192.168.10.99/24" } }), "endpoints: its address decides"],
    ["any setting of felix", document("FelixConfiguration", "default", { logSeverityScreen: "Debug" }), "restarts felix on every host"],
    ["how felix enforces", document("FelixConfiguration", "default", { interfacePrefix: "cali" }), "changes interfacePrefix"],
  ])("%s: wants more approvers", async (_, text, said) => {
    expect(saidIn(await tried(text)).join("\n")).toContain(said);
  });

  test("an object is held against what lies under its own name, not under that of another kind", async () => {
    const felix = stored("felixconfigurations", "default");
    const both = `${document("BGPConfiguration", "default", { logSeverityScreen: "Info" })}---\n${stringify({ ...felix, spec: { ...(felix["spec"] as object), logSeverityScreen: "Debug" } })}`;

    expect(saidIn(await tried(both)).join("\n")).not.toContain("which decides how felix enforces anything");
  });

  test("the first pool with encapsulation restarts felix everywhere, a second one does not", async () => {
    const text = document("IPPool", "mine", { cidr: "10.77.0.0/16", ipipMode: "Always" });
    const without = Object.fromEntries(Object.entries(keys).filter(([key]) => !key.includes("/ippools/")));

    expect(saidIn(await tried(text)).join("\n")).not.toContain("first pool");
    expect(saidIn(await ask(apply, changeable(without), { "dry-run": true }, text)).join("\n")).toContain(
      "first pool with encapsulation: felix restarts on every host",
    );
  });
});

describe("what people begin with", () => {
  const vms = changeable(shop);
  const said = async (text: string, on = vms) => {
    const { planned, card } = await plannedBy(apply, on, { document: text });
    return { planned, card, blocking: planned.guards.flatMap(({ severity, text: guard }) => (severity === "blocking" ? [guard] : [])) };
  };
  const denying = { selector: "all()", ingress: [{ action: "Deny" }], egress: [{ action: "Allow" }] };

  test("a peer of the route reflector: taken where BIRD is rendered by Calico, refused where it is not", async () => {
    const peer = document("BGPPeer", "bgp-peer-1", { peerIP: "192.168.10.254", asNumber: 64512 });
    expect((await said(peer)).blocking).toEqual([]);

    const bare = { ok: true as const, value: { daemons: [], silent: [], clockOffset: 0 } };
    const birds = Object.fromEntries(["ctl1", "c1", "c2", "rr1"].map((name) => [name, bare]));
    const silent = await said(peer, { ...fakeCluster({ birds }), changes: usualRules });
    expect(silent.planned.guards.map(({ text }) => text).join()).toContain("was not checked: no BIRD answered on 4 hosts");
  });

  test.each(["Always", "CrossSubnet"])("a pool with ipipMode %s restarts felix everywhere and hides its VMs", async (ipipMode) => {
    const { planned, blocking } = await said(document("IPPool", "default-pool", { cidr: "172.16.0.0/16", ipipMode, natOutgoing: true }));

    expect(blocking).toEqual([]);
    expect(planned).toMatchObject({ severity: "high", traffic: { text: "no policy is touched: traffic is not judged" } });
    expect(planned.guards.map(({ text }) => text).join("\n")).toMatch(
      /first pool with encapsulation: felix restarts on every host[^]*has natOutgoing/,
    );
  });

  test("policies in namespaces of containers select no VM", async () => {
    for (const [name, namespace, spec] of [
      [
        "web-db-policy",
        "production",
        {
          selector: "app == 'database'",
          ingress: [{ action: "Allow", source: { selector: "app == 'web'" } }],
          egress: [{ action: "Allow" }],
        },
      ],
      ["deny-all-default", "staging", denying],
      [
        "frontend-allow-http",
        "frontend",
        { selector: "app == 'frontend'", ingress: [{ action: "Allow", protocol: "TCP", destination: { ports: [80] } }] },
      ],
    ] as const) {
      const { blocking, card } = await said(document("NetworkPolicy", name, spec, { namespace }));
      expect(blocking).toEqual([
        `NetworkPolicy "${namespace}/${name}" selects no VM: all VMs of this region are in the namespace \`openstack\``,
      ]);
      expect(card.verdict).toMatchObject({ light: "bad", text: "lab: cuts nothing; opens nothing; 0 uncertain; 1 blocking" });
    }
  });

  test("default-deny-all drops all ingress of all VMs, before every security group, and open flows go on", async () => {
    const { planned, card, blocking } = await said(document("GlobalNetworkPolicy", "default-deny-all", denying));

    expect(blocking).toEqual([]);
    expect(planned).toMatchObject({ severity: "high", traffic: { losing: 3, gaining: 0, flags: ["cuts SSH"] } });
    expect(saidIn(card)).toEqual(
      expect.arrayContaining([
        "GlobalNetworkPolicy default-deny-all drops all ingress of all 3 VM ports: with or without an order it is evaluated before every security group; established connections survive",
        "open flows are NOT cut: only new connections are dropped",
      ]),
    );
    expect(card.verdict.detail).toBe("create GlobalNetworkPolicy default-deny-all, without order → before all 2 security groups");
  });

  test("a document that has lost its indentation is told so", async () => {
    await expect(
      said(
        "apiVersion: projectcalico.org/v3\nkind: BGPPeer\nmetadata:\nname: bgp-peer-1\nspec:\npeerIP: 192.168.10.254\nasNumber: 64512\n",
      ),
    ).rejects.toMatchObject({
      failure: { code: "usage", message: expect.stringMatching(/indentation/) },
    });
  });
});
