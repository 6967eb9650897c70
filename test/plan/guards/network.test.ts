import { describe, expect, test } from "@jest/globals";
import apply from "../../../commands/apply.js";
import del from "../../../commands/delete.js";
import { usualRules } from "../../../src/plan/rules.js";
import { fakeCluster } from "../../support/cluster.js";
import { reading, session } from "../../support/facts.js";
import { v3Keys } from "../../support/objects.js";
import { changeable, document, plannedBy, shop } from "../../support/planning.js";

const pool = (spec: object) => v3Keys("ippools", 1, () => ({ name: "vms", spec: { cidr: "10.65.0.0/16", ...spec } }));
const block = { "/calico/ipam/v2/assignment/ipv4/block/10.65.0.0-26": "{}", "/calico/ipam/v2/assignment/ipv4/block/10.99.0.0-26": "{}" };
const guardsOf = async (keys: Record<string, string>, asked: { document: string } | { kind: string; name: string }) => {
  const command = "document" in asked ? apply : del;
  const { planned } = await plannedBy(command, changeable(keys), "document" in asked ? asked : { args: asked });
  return planned.guards.map(({ severity, text }) => `${severity}: ${text}`);
};

describe("pools", () => {
  test("are not deleted, nor cut in other pieces, while blocks of addresses in them are in use", async () => {
    expect(await guardsOf({ ...pool({}), ...block }, { kind: "pool", name: "vms" })).toContain(
      'blocking: IPPool "vms" would be deleted while 1 block of addresses in it is in use: calicoctl does not ask',
    );
    expect(
      await guardsOf(
        { ...pool({ blockSize: 26 }), ...block },
        { document: document("IPPool", "vms", { cidr: "10.65.0.0/16", blockSize: 28 }) },
      ),
    ).toContain('blocking: IPPool "vms" would change the size of its blocks: calicoctl refuses it');
    expect(
      await guardsOf({ ...pool({}), ...block }, { document: document("IPPool", "vms", { cidr: "10.65.0.0/16", disabled: true }) }),
    ).toContain('more_approvers: IPPool "vms": 1 block of addresses in it is in use');
    expect((await guardsOf(pool({}), { kind: "pool", name: "vms" })).join()).not.toContain("in use");
  });

  test("the last one with encapsulation restarts felix everywhere, whether it goes or only loses it", async () => {
    const said = 'more_approvers: IPPool "vms" is the last pool with encapsulation: felix restarts on every host (2-3 s, traffic goes on)';

    expect(await guardsOf(pool({ ipipMode: "Always" }), { kind: "pool", name: "vms" })).toContain(said);
    expect(await guardsOf(pool({ ipipMode: "Always" }), { document: document("IPPool", "vms", { cidr: "10.65.0.0/16" }) })).toContain(said);
    const two = v3Keys("ippools", 2, (i) => ({
      name: ["vms", "more"][i] ?? "",
      spec: { cidr: `10.6${5 + i}.0.0/16`, ipipMode: "Always" },
    }));
    expect((await guardsOf(two, { kind: "pool", name: "vms" })).join()).not.toContain("felix restarts");
  });

  test("VM ports with an address in it are counted, whether it comes, changes or goes", async () => {
    const said = "more_approvers: 3 VM ports have their address in IPPool vms";

    expect(await guardsOf(shop, { document: document("IPPool", "vms", { cidr: "10.65.0.0/16" }) })).toContain(said);
    expect(await guardsOf({ ...shop, ...pool({}) }, { kind: "pool", name: "vms" })).toContain(said);
    expect((await guardsOf(shop, { document: document("IPPool", "far", { cidr: "10.77.0.0/16" }) })).join()).not.toContain("VM port");
  });

  test("natOutgoing that stays is no news", async () => {
    const stays = document("IPPool", "vms", { cidr: "10.65.0.0/16", natOutgoing: true, disabled: true });

    expect((await guardsOf(pool({ natOutgoing: true }), { document: stays })).join()).not.toContain("natOutgoing");
  });

  test("losing natOutgoing is said as well as getting it", async () => {
    expect(await guardsOf(pool({ natOutgoing: true }), { kind: "pool", name: "vms" })).toContain(
      'more_approvers: IPPool "vms" loses natOutgoing: felix no longer hides its VMs behind the hosts\' addresses towards everything outside the pools',
    );
  });
});

describe("hosts and their configuration", () => {
  test("a node with endpoints is not deleted", async () => {
    const node = v3Keys("nodes", 1, () => ({ name: "c1", spec: {} }));

    expect(await guardsOf({ ...shop, ...node }, { kind: "node", name: "c1" })).toContain(
      'blocking: Node "c1" would be deleted while its host has 3 endpoints',
    );
  });

  test("the address of a node decides about traffic, a label of it does not", async () => {
    const node = v3Keys("nodes", 1, () => ({ name: "c1", spec: { bgp: { ipv4Address: "10.0.0.11/24" } } }));
    const text = (address: string, labels: object) => document("Node", "c1", { bgp: { ipv4Address: address } }, { labels });

    expect((await guardsOf({ ...shop, ...node }, { document: text("10.0.0.99/24", {}) })).join()).toContain("its address decides");
    expect((await guardsOf({ ...shop, ...node }, { document: text("10.0.0.11/24", { zone: "a" }) })).join()).not.toContain(
      "its address decides",
    );
  });

  test("a set in a namespace without VMs is seen by no policy of theirs", async () => {
    expect(
      await guardsOf(shop, { document: document("NetworkSet", "bad", { nets: ["203.0.113.0/24"] }, { namespace: "production" }) }),
    ).toContain('note: NetworkSet "production/bad" is seen by no policy of VMs, which are all in the namespace `openstack`');
  });

  test("felix' settings that are not said are what they were, whether the object comes or goes", async () => {
    const felix = v3Keys("felixconfigurations", 1, () => ({ name: "default", spec: { nftablesMode: "Auto", logSeverityScreen: "Info" } }));

    expect(
      (await guardsOf({}, { document: document("FelixConfiguration", "default", { logSeverityScreen: "Debug" }) })).join(),
    ).not.toContain("decides how");
    expect((await guardsOf(felix, { kind: "fc", name: "default" })).join()).not.toContain("decides how");
    expect((await guardsOf(felix, { document: document("FelixConfiguration", "default", { nftablesMode: "Enabled" }) })).join()).toContain(
      "changes nftablesMode, which decides how felix enforces anything",
    );
  });

  test("what no host's BIRD takes up is refused, and may still be cleared away", async () => {
    const bare = Object.fromEntries(["ctl1", "c1", "c2", "rr1"].map((name) => [name, reading(session("10.0.0.9", { naming: "bare" }))]));
    const peer = v3Keys("bgppeers", 1, () => ({ name: "tor", spec: { peerIP: "192.168.10.254" } }));
    const cluster = { ...fakeCluster({ keys: peer, birds: bare }), changes: usualRules };
    const text = document("BGPPeer", "tor", { peerIP: "192.168.10.254", asNumber: 64512 });

    const written = (await plannedBy(apply, cluster, { document: text })).planned;
    expect(written.guards[0]).toMatchObject({ severity: "blocking", text: expect.stringContaining("no consumer found on 4 hosts") });
    const cleared = (await plannedBy(del, cluster, { args: { kind: "bgppeer", name: "tor" } })).planned;
    expect(cleared.guards).toContainEqual({ severity: "note", text: expect.stringContaining("no consumer found") });
  });

  test("where they are taken up more people are to look at it, at the default configuration twice", async () => {
    const guards = await guardsOf({}, { document: document("BGPConfiguration", "default", { nodeToNodeMeshEnabled: false }) });

    expect(guards).toContain('more_approvers: BGPConfiguration "default" is for every host that takes it');
    expect(guards).toContain(
      "more_approvers: BIRD on hosts here takes up what Calico says of a BGPConfiguration: sessions may change at once",
    );
    expect(guards.join("\n")).toContain("note: in use: BIRD's protocols are named by Calico's renderer");
  });

  test("datastoreReady is never switched off", async () => {
    await expect(guardsOf({}, { document: document("ClusterInformation", "default", { datastoreReady: false }) })).rejects.toMatchObject({
      failure: { code: "usage", message: expect.stringContaining("is kept by Calico itself") },
    });
    const stored = {
      "/calico/resources/v3/projectcalico.org/clusterinformations/default": '{"kind":"ClusterInformation","metadata":{"name":"default"}}',
    };
    expect((await guardsOf(stored, { kind: "ci", name: "default" })).join()).toContain(
      'blocking: ClusterInformation "default" is Calico\'s own',
    );
  });

  test("a setting of one host restarts its felix only, and a name that nobody reads none", async () => {
    const set = { logSeverityScreen: "Debug" };
    expect((await guardsOf({}, { document: document("FelixConfiguration", "node.c1", set) })).join()).toContain("restarts felix on c1 (");
    expect((await guardsOf({}, { document: document("FelixConfiguration", "extra", set) })).join()).toContain("nobody reads `extra`");
    expect((await guardsOf({}, { document: document("FelixConfiguration", "extra", set) })).join()).not.toContain("restarts felix");
  });

  test("a rule that denies all that reaches it wants more approvers, a narrower one does not", async () => {
    const policy = (rule: object) =>
      document("GlobalNetworkPolicy", "x", { order: 1, selector: "a == 'b'", types: ["Ingress"], ingress: [rule] });

    expect(await guardsOf(shop, { document: policy({ action: "Deny", source: {}, destination: {} }) })).toContain(
      'more_approvers: GlobalNetworkPolicy "x" ingress rule 0 denies without any field to match: it drops all that reaches it',
    );
    expect((await guardsOf(shop, { document: policy({ action: "Deny", protocol: "TCP" }) })).join()).not.toContain("without any field");
  });
});
