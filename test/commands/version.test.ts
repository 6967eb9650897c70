import { describe, expect, test } from "@jest/globals";
import version from "../../commands/version.js";
import type { Cluster } from "../../src/cluster/cluster.js";
import { fail } from "../../src/contract/failure.js";
import { programVersion } from "../../src/contract/version.js";
import type { View } from "../../src/contract/view.js";
import { VersionsAnswer } from "../../src/diagnosis/versions/versions.js";
import { rows } from "../support/card.js";
import { ask, fakeCluster } from "../support/cluster.js";
import { reading, session } from "../support/facts.js";
import { v3Keys } from "../support/objects.js";

const gnp = (...names: string[]) => v3Keys("globalnetworkpolicies", names.length, (i) => ({ name: names[i] ?? "" }));
const wrong = (card: View): string[] =>
  card.sections.flatMap((section) =>
    section.kind === "lines" && section.title === "what is wrong" ? section.lines.map(({ text }) => text) : [],
  );

function withTool(keys: Record<string, string>, client: string, cluster: string | null = null): Cluster {
  const fake = fakeCluster({ keys });
  const told = async () => ({ ok: true as const, value: { client, cluster, clusterType: "openstack" } });
  return { ...fake, calicoctl: fake.calicoctl && { ...fake.calicoctl, version: told } };
}

function birdOf(host: string, release: string) {
  const told = reading(session("10.0.0.254"));
  return { [host]: { ...told, value: { ...told.value, daemons: told.value.daemons.map((daemon) => ({ ...daemon, version: release })) } } };
}

describe("version", () => {
  test("of a cluster whose parts agree is green, and an unknown version of Calico is normal", async () => {
    const card = await ask(version, fakeCluster({ keys: gnp("allow-dns") }), {});

    expect(card.verdict).toEqual({
      light: "ok",
      text: "lab: versions agree",
      detail: "calicoctl v3.32.1 · Calico unknown · etcd 3.4.23 · BIRD 1.6.8",
    });
    expect(rows(card)).toEqual([
      ["bot", programVersion, "here"],
      ["worker", programVersion, "lab"],
      ["calicoctl", "v3.32.1", "worker"],
      ["Calico", "unknown (normal on OpenStack: nobody writes it)", "ClusterInformation in etcd"],
      ["etcd", "3.4.23", "http://10.0.0.10:2379"],
      ["BIRD", "1.6.8", "4 hosts: ctl1, c1, c2, rr1"],
      ["policy keys", "plain, as from v3.32 on", "etcd"],
    ]);
    expect(card.footer.at(-1)).toContain("etcd revision 42");
  });

  test.each([
    ["calicoctl of another version than the cluster", withTool({}, "v3.32.1", "v3.31.7"), "calicoctl is v3.32.1, the cluster says v3.31.7"],
    [
      "old keys under a new calicoctl",
      withTool(gnp("default.smtp"), "v3.32.1"),
      "1 policy has the key of a Calico before v3.32: default.smtp",
    ],
    [
      "a migration that stopped half-way",
      withTool(gnp("default.smtp", "dns"), "v3.31.7"),
      "1 policy has the key of a Calico before v3.32: default.smtp",
    ],
    ["new keys under an old calicoctl", withTool(gnp("dns"), "v3.31.7"), "policies have keys as from v3.32 on, but calicoctl is v3.31.7"],
    [
      "a policy stored twice",
      withTool(gnp("default.smtp", "smtp"), "v3.32.1"),
      "1 policy is stored twice, as default.<name> and <name>: smtp",
    ],
    ["a host with another BIRD", fakeCluster({ birds: birdOf("c2", "2.0.12") }), "BIRD is 1.6.8 on 3 hosts, but 2.0.12 on c2"],
  ])("names %s", async (_, cluster, text) => {
    expect(wrong(await ask(version, cluster, {}))).toContain(text);
  });

  test("does not complain of old keys where calicoctl is as old", async () => {
    expect(wrong(await ask(version, withTool(gnp("default.smtp"), "v3.31.7"), {}))).toEqual([]);
  });

  test("names a worker of another version than the bot that shows the answer", async () => {
    if (version.on !== "worker") throw new Error("not a worker command");
    const answer = VersionsAnswer.parse({ cluster: "lab", at: 0, revision: null, worker: "0.0.9", parts: [], findings: [], notAsked: [] });

    const card = version.render(answer, { cluster: "lab", line: "version", job: null, started: 0, ended: 0 }, {});

    expect(card.verdict).toMatchObject({ light: "warn", text: `lab: the bot is ${programVersion}, the worker 0.0.9` });
  });

  test("never calls fine what did not tell: silent parts are named", async () => {
    const failure = fail("unreachable", "c2 does not answer SSH").failure;
    const card = await ask(version, fakeCluster({ birds: { c2: { ok: false, failure } } }), {});
    const blind = await ask(version, fakeCluster({ etcdDown: true }), {});

    expect(card.verdict).toMatchObject({ light: "unknown", text: "lab: versions agree; 1 part did not tell" });
    expect(card.footer[0]).toBe("Could not ask: BIRD on c2 (c2 does not answer SSH)");
    expect(rows(blind).map(([part]) => part)).toEqual(["bot", "worker", "calicoctl", "BIRD"]);
    expect(blind.footer.join()).toContain("what Calico stores (10.0.0.10:2379 refused the connection)");
  });
});
