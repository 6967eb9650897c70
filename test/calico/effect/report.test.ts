import { describe, expect, test } from "@jest/globals";
import { changesCsv } from "../../../src/calico/effect/csv.js";
import { effectOf, snapshotOf } from "../../../src/calico/effect/edit.js";
import { effectBetween, prepared } from "../../../src/calico/effect/effect.js";
import { type Change, changeLines, changesOf, endpointChanges } from "../../../src/calico/effect/report.js";
import { warningsOf } from "../../../src/calico/effect/warnings.js";
import { vmLabels } from "../../../src/calico/resource.js";
import { applied, type Item } from "../../../src/calico/verdict/item.js";
import { add, emptyParts } from "../../../src/calico/verdict/parts.js";
import { gnp, model, np, object, vm } from "../verdict/flow.js";

const labels = (group: string, app: string) => ({ [`${vmLabels.groupPrefix}${group}`]: group, [vmLabels.projectName]: "shop", app });
const web = ["10.0.0.1", "10.0.0.2"].map((ip, i) => vm(`web-${i}`, `${ip}/32`, { labels: labels("web", "web"), workload: `web-${i}` }));
const db = vm("db", "10.0.0.3/32", { labels: labels("db", "db"), workload: "db" });
const host = object("HostEndpoint", "c1-eth0", { node: "c1", expectedIPs: ["192.168.0.1"] });
const group = (name: string, ...ingress: object[]) =>
  np(`ossg.default.${name}`, {
    selector: `has(${vmLabels.groupPrefix}${name})`,
    types: ["Ingress", "Egress"],
    ingress,
    egress: [{ action: "Allow" }],
  });
const tcp = (port: number, source: object = {}) => ({ action: "Allow", protocol: "TCP", source, destination: { ports: [port] } });
const cluster = [
  ...web,
  db,
  host,
  group("web", tcp(22), tcp(443)),
  group("db", tcp(5432, { selector: `has(${vmLabels.groupPrefix}web)` })),
];

const diff = (after: readonly unknown[], before: readonly unknown[] = cluster) => effectBetween(prepared(model(before)), model(after));
const changes = (after: readonly unknown[], before?: readonly unknown[]): Change[] => changesOf(diff(after, before));
const brief = ({ kind, from, to, services, risks }: Change) => [kind, from.text, to.text, services, ...risks.map(({ text }) => text)];

describe("what a change does", () => {
  test("is nothing when nothing changes, in whatever order it is told", () => {
    expect(changes(cluster.toReversed())).toEqual([]);
    expect(endpointChanges(diff(cluster).parties)).toEqual([]);
  });

  test("is told with the names that people know, a witness and the rules that decide", () => {
    const [change, ...more] = changes([
      ...cluster,
      gnp("no-db", { order: 1, selector: "app == 'db'", types: ["Ingress"], ingress: [{ action: "Deny" }] }),
    ]);

    expect(more).toEqual([]);
    expect(brief(change as Change)).toEqual([
      "lost",
      'security group "web" of shop (2 endpoints)',
      'security group "db" of shop (1 endpoint)',
      "tcp/5432",
    ]);
    expect(changeLines(change as Change)).toEqual([
      '- security group "web" of shop (2 endpoints) -> security group "db" of shop (1 endpoint): tcp/5432',
      '    e.g. 10.0.0.1 -> 10.0.0.3 tcp/5432: allowed by security group "web" rule 0 and security group "db" rule 0; then dropped at the destination by GlobalNetworkPolicy no-db rule 0',
    ]);
  });

  test("that opens to the world comes first", () => {
    const open = gnp("open", {
      order: 1,
      selector: "app == 'db'",
      types: ["Ingress"],
      ingress: [tcp(5432), { ...tcp(9100, { nets: ["10.9.0.0/16"] }) }],
    });
    const found = changes([...cluster, open]).map(brief);
    const to = 'security group "db" of shop (1 endpoint)';
    expect(found[0]).toEqual(["gained", "0.0.0.0/0 but 10.9.0.0/16", to, "tcp/5432", "opens to 0.0.0.0/0"]);
    expect(found[1]).toEqual(["gained", "10.9.0.0/16", to, "tcp/5432, tcp/9100"]);
  });

  test("that cuts SSH, DNS or BGP says so", () => {
    const closed = gnp("closed", {
      order: 1,
      selector: "app == 'web'",
      types: ["Ingress", "Egress"],
      ingress: [{ action: "Deny" }],
      egress: [{ action: "Deny" }],
    });
    const found = changes([...cluster, closed]).flatMap(({ risks }) => risks.map(({ text }) => text));
    expect(found).toEqual(expect.arrayContaining(["cuts SSH", "cuts DNS"]));
    expect(found).not.toContain("cuts BGP");
    const bgp = gnp("bgp", { selector: "!has(app)", types: ["Egress"], egress: [{ action: "Allow" }] });
    const unsafe = object("FelixConfiguration", "default", { failsafeInboundHostPorts: [], failsafeOutboundHostPorts: [] });
    expect(changes([...cluster, unsafe], [...cluster, bgp, unsafe]).flatMap(({ risks }) => risks.map(({ text }) => text))).toContain(
      "cuts BGP",
    );
  });

  test("is uncertain where a rule cannot be judged, with the reason", () => {
    const http = gnp("http", {
      order: 1,
      selector: "app == 'db'",
      types: ["Ingress"],
      ingress: [{ action: "Deny", http: { methods: ["GET"] } }, { action: "Pass" }],
    });
    const found = changes([
      ...cluster,
      { ...http, spec: { ...http.spec, ingress: [{ action: "Deny", protocol: "TCP", http: { methods: ["GET"] } }, tcp(5432)] } },
    ]);
    expect(found.map(({ kind }) => kind)).toContain("uncertain");
    expect(found.find(({ kind }) => kind === "uncertain")?.reasons).toEqual(["GlobalNetworkPolicy http rule 0: http cannot be judged"]);
  });

  test("is uncertain for VMs behind a host whose forwarding a policy comes to govern, and for no others", () => {
    const away = vm("away", "10.0.0.9/32", { labels: labels("web", "web"), workload: "away", node: "c2" });
    const forward = gnp("fw", { order: 1, selector: "!has(app)", applyOnForward: true, types: ["Ingress"], ingress: [{ action: "Deny" }] });
    const found = changes([...cluster, away, forward], [...cluster, away]);
    const why = "GlobalNetworkPolicy fw also governs what c1-eth0 of host c1 forwards, which cannot be judged";
    const uncertain = found.filter(({ kind }) => kind === "uncertain");
    expect(uncertain.map(({ reasons }) => reasons)).toEqual(uncertain.map(() => [why]));
    expect(uncertain.map(({ to }) => to.text).join()).toContain('security group "db" of shop');
    expect(uncertain.map(({ from }) => from.text).join()).toContain("away");
    expect(uncertain.filter(({ to }) => to.text.includes("away"))).toEqual([]);
  });

  test("leaves out endpoints that only one snapshot has, and names them", () => {
    const effect = diff([...cluster, vm("new", "10.0.0.9/32", { labels: { app: "web" } })]);
    expect(changesOf(effect)).toEqual([]);
    expect(endpointChanges(effect.parties)).toEqual([{ kind: "appeared", endpoint: "openstack/new" }]);
  });

  test("becomes a table in which no cell is a formula", () => {
    const odd = vm("=cmd", "10.0.0.8/32", { workload: "=cmd", labels: { odd: "yes" } });
    const text = changesCsv(changes([...cluster, odd, gnp("in", { selector: "has(odd)", ingress: [tcp(80)] })], [...cluster, odd]));
    expect(text).toContain('"change","from","to"');
    expect(text).toContain(`"'=cmd`);
    expect(text).not.toMatch(/"[=+@-]/);
  });
});

describe("warnings", () => {
  test.each([
    ["selects nothing", { selector: "app == 'wbe'" }, "GlobalNetworkPolicy p selects nothing"],
    ["selects all", { selector: "all()" }, "GlobalNetworkPolicy p selects all 4 endpoints"],
    [
      "asks for a label that nothing carries",
      { selector: "has(ap)" },
      "GlobalNetworkPolicy p asks for the label ap, which nothing carries",
    ],
    [
      "passes where nothing comes after",
      { order: 1, selector: "app == 'db'", ingress: [{ action: "Pass" }] },
      "Pass in GlobalNetworkPolicy p drops: nothing comes after tier default for ingress of 1 endpoint",
    ],
    [
      "has a rule that an earlier one shadows",
      { selector: "app == 'db'", ingress: [{ action: "Deny", protocol: "TCP" }, tcp(5432)] },
      "GlobalNetworkPolicy p ingress rule 1 never takes effect: rule 0 comes first and is wider",
    ],
    [
      "says the same twice",
      { selector: "app == 'db'", ingress: [tcp(5432), tcp(5432, { nets: ["10.0.0.0/8"] })] },
      "GlobalNetworkPolicy p ingress rule 1 adds nothing: rule 0 is wider and does the same",
    ],
    [
      "has a rule that can never match",
      { selector: "app == 'db'", ingress: [tcp(5432, { notNets: ["0.0.0.0/0"] })] },
      "GlobalNetworkPolicy p ingress rule 0 can never match: source.notNets excludes every address",
    ],
    [
      "has a rule about nobody",
      { selector: "app == 'db'", types: ["Egress"], egress: [{ action: "Allow", destination: { selector: "app == 'wbe'" } }] },
      "GlobalNetworkPolicy p egress rule 0 matches nothing now: no endpoint or network set is its destination",
    ],
    [
      "has rules that its types leave out",
      { selector: "app == 'db'", types: ["Egress"], ingress: [tcp(22)] },
      "GlobalNetworkPolicy p has ingress rules, and its types leave out ingress: they are never evaluated",
    ],
    ["comes before the security groups", { order: 1, selector: "app == 'db'" }, "GlobalNetworkPolicy p comes before the security groups"],
    [
      "is in a tier that newly drops",
      { tier: "first", selector: "app == 'web'" },
      "tier first newly drops what its policies do not allow: ingress of 2 endpoints",
    ],
  ])("say when a policy %s", (_, spec, warning) => {
    const tier = object("Tier", "first", { order: 5 });
    const [before, after] = [
      [...cluster, tier],
      [...cluster, tier, gnp("p", spec)],
    ];
    expect(warningsOf(diff(after, before))).toContain(warning);
    expect(warningsOf(diff(after, after))).toEqual([]);
    const renamed = vm("other", "10.0.0.77/32", { labels: { app: "other" } });
    expect(warningsOf(diff([...after, renamed], after))).toEqual([]);
  });
});

test("an edit tried on a prepared snapshot has the effect that two snapshots have", () => {
  const parts = emptyParts();
  for (const one of cluster) add(parts, applied(one));
  const snapshot = snapshotOf(parts);
  const item = (value: object): Item => {
    const taken = applied(value);
    if (!taken.ok) throw new Error(taken.why);
    return taken.item;
  };
  const put = gnp("no-db", { order: 1, selector: "env != 'x' && app == 'db'", types: ["Ingress"], ingress: [{ action: "Deny" }] });
  const tried = changesOf(effectOf(snapshot, { put: [item(put)], remove: [] }));
  expect(tried).toEqual(changes([...cluster, put]));
  expect(tried).toHaveLength(1);
  const remove = [{ kind: "NetworkPolicy", namespace: "openstack", name: "ossg.default.web" }];
  expect(changesOf(effectOf(snapshot, { put: [], remove }))).toEqual(
    changes(cluster.filter((one) => one.metadata.name !== "ossg.default.web")),
  );
  const relabelled = vm("db", "10.0.0.3/32", { labels: labels("web", "db"), workload: "db" });
  expect(changesOf(effectOf(snapshot, { put: [item(relabelled)], remove: [] })).map(brief)).toEqual(
    changes(cluster.map((one) => (one === db ? relabelled : one))).map(brief),
  );
});
