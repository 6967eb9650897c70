import { stringify } from "yaml";
import type { Cluster } from "../../src/cluster/cluster.js";
import type { Command, Done, Work } from "../../src/command/define.js";
import { type Planned, Proposed } from "../../src/command/planned.js";
import type { Actor } from "../../src/contract/actor.js";
import type { Plan } from "../../src/contract/plan.js";
import type { View } from "../../src/contract/view.js";
import { usualRules } from "../../src/plan/rules.js";
import { fakeCluster } from "./cluster.js";
import { now } from "./facts.js";
import { v3Keys } from "./objects.js";

/** A cluster that may be changed, with these keys in etcd. */
export const changeable = (keys: Record<string, string>, more: Partial<Cluster> = {}): Cluster => ({
  ...fakeCluster({ keys }),
  changes: usualRules,
  ...more,
});

interface Asked {
  args?: Record<string, unknown>;
  document?: string;
  done?: readonly Done[];
  actor?: Actor;
}

/** Plans a change as a worker does, its answer through its own schema, and draws its card. */
export async function plannedBy(
  command: Command,
  cluster: Cluster,
  { args = {}, document, done, actor }: Asked,
): Promise<{ planned: Planned; card: View }> {
  if (command.on !== "worker") throw new Error("not a worker command");
  const words = command.args.parse(args);
  const work: Work = {
    signal: AbortSignal.timeout(command.timeout),
    request: "r1",
    note: () => {},
    progress: () => {},
    document: document ?? null,
    now: () => now,
    ...(actor === undefined ? {} : { actor }),
    ...(done === undefined ? {} : { done: () => done }),
  };
  const proposed = Proposed.parse(JSON.parse(JSON.stringify(await command.run(cluster, words, work))));
  const seen = { cluster: cluster.name, line: "again", job: "job-00000001", started: now, ended: now };
  return { planned: proposed.planned, card: command.render(proposed, seen, words) };
}

/** What was planned as somebody would sign it. */
export const planOf = (planned: Planned, id = "c-aaaaaaa"): Plan => ({
  ...planned,
  ...{
    v: 1,
    id,
    revision: 1,
    line: "apply",
    requester: { kind: "local", user: "ops" },
    change: "",
    at: 1,
    worker: "w",
    made: 1,
    expires: 2,
  },
});

/** Sentences of a card's lines. */
export const saidIn = (card: View): string[] =>
  card.sections.flatMap((section) => (section.kind === "lines" ? section.lines.map(({ text }) => text) : []));

const group = "sg.projectcalico.org/openstack-";

/** A cloud of three VMs in two projects: web lets the world to tcp/443 and ssh, db lets web to tcp/5432, all may speak to everybody. */
export const shop: Record<string, string> = {
  ...v3Keys("workloadendpoints", 3, (i) => ({
    name: `openstack/c1-openstack-d${i + 1}-p${i + 1}`,
    labels: {
      [`${group}g${i === 2 ? 2 : 1}`]: i === 2 ? "db" : "web",
      "projectcalico.org/namespace": "openstack",
      "projectcalico.org/openstack-project-id": i === 2 ? "p-lab" : "p-shop",
      "projectcalico.org/openstack-project-name": i === 2 ? "lab" : "shop",
    },
    annotations: { "openstack.projectcalico.org/fqdn": `vm-${i + 1}.x.` },
    spec: { orchestrator: "openstack", node: "c1", workload: `d${i + 1}`, endpoint: `p${i + 1}`, ipNetworks: [`10.65.0.${i + 1}/32`] },
  })),
  ...v3Keys("networkpolicies", 2, (i) => ({
    name: `openstack/ossg.default.g${i + 1}`,
    spec: {
      selector: `has(${group}g${i + 1})`,
      ingress:
        i === 0
          ? [{ action: "Allow", ipVersion: 4, protocol: "TCP", destination: { ports: [22, 443] } }]
          : [{ action: "Allow", protocol: "TCP", source: { selector: `has(${group}g1)` }, destination: { ports: [5432] } }],
      egress: [{ action: "Allow", ipVersion: 4 }],
    },
  })),
};

/** A document of Calico's v3 API as YAML. */
export const document = (kind: string, name: string, spec: object, metadata: object = {}): string =>
  stringify({ apiVersion: "projectcalico.org/v3", kind, metadata: { name, ...metadata }, spec });
