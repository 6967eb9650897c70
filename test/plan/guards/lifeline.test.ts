import { describe, expect, test } from "@jest/globals";
import apply from "../../../commands/apply.js";
import del from "../../../commands/delete.js";
import { host } from "../../support/facts.js";
import { v3Keys } from "../../support/objects.js";
import { changeable, document, plannedBy, saidIn, shop } from "../../support/planning.js";

const endpoint = { node: "c1", interfaceName: "eth0", expectedIPs: ["10.0.0.11"] };
const labels = { role: "host" };
const all = { selector: "role == 'host'", types: ["Ingress", "Egress"] };
const open = { order: 10, ...all, ingress: [{ action: "Allow" }], egress: [{ action: "Allow" }] };
const policy = (spec: object) => v3Keys("globalnetworkpolicies", 1, () => ({ name: "hosts", spec: { ...spec } }));
const covered = { ...shop, ...v3Keys("hostendpoints", 1, () => ({ name: "c1-eth0", labels, spec: endpoint })) };
const hosts = [
  host("ctl1", "10.0.0.10", "control"),
  host("c1", "10.0.0.11"),
  host("c2", "10.0.0.12"),
  host("rr1", "10.0.0.254", "reflector"),
];
const blocks = (planned: { guards: { severity: string; text: string }[] }): string[] =>
  planned.guards.flatMap(({ severity, text }) => (severity === "blocking" ? [text] : []));
const lifeline = (planned: { guards: { text: string }[] }): string =>
  planned.guards.find(({ text }) => text.startsWith("lifeline"))?.text ?? "";

describe("what the control plane needs", () => {
  test("a host endpoint without a policy in force cuts all that no failsafe port keeps: refused", async () => {
    const text = document("HostEndpoint", "c1-eth0", endpoint, { labels });
    const { planned, card } = await plannedBy(apply, changeable(shop, { hosts }), { document: text });

    expect(blocks(planned)).toEqual([
      "cuts what the control plane needs: RabbitMQ, database, memcached, Keystone, Neutron, Nova, Nova metadata, libvirt, NTP, ICMP (RabbitMQ from c1 to ctl1, for example)",
    ]);
    expect(lifeline(planned)).toBe(
      "lifeline 4/14 (1 host under policy): still allowed: DHCP, DNS and metadata of VMs, SSH, etcd, etcd between its members, BGP",
    );
    expect(planned.severity).toBe("high");
    expect(saidIn(card)).toContain(lifeline(planned));
  });

  test("with the policy in force it is let through, and one change with both writes the policy first", async () => {
    const text = `${document("HostEndpoint", "c1-eth0", endpoint, { labels })}---\n${document("GlobalNetworkPolicy", "hosts", open)}`;
    const { planned } = await plannedBy(apply, changeable(shop, { hosts }), { document: text });

    expect(blocks(planned)).toEqual([]);
    expect(lifeline(planned)).toMatch(/^lifeline 14\/14 \(1 host under policy\)/);
    expect(planned.steps.map(({ subject }) => subject)).toEqual(["GlobalNetworkPolicy hosts", "HostEndpoint c1-eth0"]);
  });

  test("one service that is shut at one host is found, and only that", async () => {
    const rules = {
      ingress: [{ action: "Allow" }],
      egress: [{ action: "Deny", protocol: "TCP", destination: { ports: [5672] } }, { action: "Allow" }],
    };
    const text = document("GlobalNetworkPolicy", "hosts", { ...open, ...rules });
    const { planned } = await plannedBy(apply, changeable({ ...covered, ...policy(open) }, { hosts }), { document: text });

    expect(blocks(planned)).toEqual(["cuts what the control plane needs: RabbitMQ (RabbitMQ from c1 to ctl1, for example)"]);
  });

  test("deleting the policy that holds it open is refused", async () => {
    const { planned } = await plannedBy(del, changeable({ ...covered, ...policy(open) }, { hosts }), {
      args: { kind: "gnp", name: "hosts" },
    });

    expect(blocks(planned)[0]).toContain("cuts what the control plane needs: RabbitMQ, database");
  });

  test("what is shut already is not cut, but not said to be open", async () => {
    const text = document("GlobalNetworkPolicy", "other", { order: 1, selector: "a == 'b'", types: ["Ingress"], ingress: [] });
    const { planned } = await plannedBy(apply, changeable(covered, { hosts }), { document: text });

    expect(blocks(planned)).toEqual([]);
    expect(lifeline(planned)).toMatch(/^lifeline 4\/14/);
  });

  test("where no host is under policy nothing can cut it; a host without known address is said not to be judged", async () => {
    const text = document("GlobalNetworkPolicy", "web", { order: 1, selector: "a == 'b'", types: ["Ingress"], ingress: [] });
    expect(lifeline((await plannedBy(apply, changeable(shop, { hosts }), { document: text })).planned)).toMatch(
      /^lifeline 14\/14 \(no host is under policy\)/,
    );

    const unknown = { ...shop, ...v3Keys("hostendpoints", 1, () => ({ name: "x-eth0", spec: { node: "x", interfaceName: "eth0" } })) };
    const { planned } = await plannedBy(apply, changeable(unknown, { hosts }), { document: text });
    expect(lifeline(planned)).toContain("(0 of 1 host under policy)");
    expect(planned.guards.map((guard) => guard.text)).toContain(
      "the address of some hosts under policy is not known: what the control plane needs there was not judged",
    );
  });
});
