import { describe, expect, test } from "@jest/globals";
import preview from "../../../commands/policy/preview.js";
import type { View } from "../../../src/contract/view.js";
import { countsOnly } from "../../../src/dispatch/counts.js";
import { lines } from "../../support/card.js";
import { ask, fakeCluster } from "../../support/cluster.js";
import { v3Keys } from "../../support/objects.js";
import { allow, securityGroup, sg, vm, vms } from "../../support/policies.js";

const cloud = {
  ...securityGroup("g1", [allow({ protocol: "TCP", destination: { ports: [443] } })]),
  ...securityGroup("g2", [allow({ protocol: "TCP", source: { selector: `has(${sg}g1)` }, destination: { ports: [5432] } })]),
  ...vms(3, (i) =>
    i === 2
      ? vm(3, { fqdn: "db-1.shop.", project: "shop", labels: { [`${sg}g2`]: "db" } })
      : vm(i + 1, { fqdn: `web-${i + 1}.shop.`, project: "shop", labels: { [`${sg}g1`]: "web" } }),
  ),
  ...v3Keys("globalnetworkpolicies", 2, (i) => ({
    name: i === 0 ? "allow-ssh" : "deny-ssh",
    spec: {
      order: i === 0 ? 100 : 200,
      types: ["Ingress"],
      selector: "all()",
      ingress: [{ action: i === 0 ? "Allow" : "Deny", protocol: "TCP", destination: { ports: [22] } }],
    },
  })),
};

const tried = (args: Record<string, string>, document: string | null = null): Promise<View> =>
  ask(preview, fakeCluster({ keys: cloud }), args, document);
const denyAll = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata:
  name: default-deny-all
spec:
  order: 10
  selector: all()
  types: [Ingress]
  ingress: [{action: Deny}]
`;

describe("policy preview", () => {
  test("says in its first line what a deny before the security groups cuts, and shows one connection with its rules", async () => {
    const card = await tried({}, denyAll);

    expect(card.verdict.light).toBe("bad");
    expect(lines(card)[0]).toContain("cuts SSH");
    expect(card.verdict.text).toMatch(/^lab: cuts .+ from “.+” to “.+”/);
    expect(card.verdict.text).toContain("opens nothing");
    expect(card.verdict.detail).toBe('create GlobalNetworkPolicy "default-deny-all"');
    const said = lines(card).join("\n");
    expect(said).toMatch(/− .* → security group "web" of shop .*: tcp\/22, tcp\/443 /);
    expect(said).toMatch(/: allowed by .*; then dropped at the destination by .*default-deny-all/);
    expect(card.footer.join()).toContain("nothing was changed");
    expect(card.again).toBeUndefined();
  });

  test("says that it comes before the security groups, and keeps names from channels that see numbers only", async () => {
    const card = await tried({}, denyAll);

    expect(lines(card)).toContain("GlobalNetworkPolicy default-deny-all comes before the security groups");
    const shown = countsOnly(card, { secret: [], open: ["lab"] });
    expect(shown.verdict.text).toMatch(/^lab: cuts .*opens nothing$/);
    expect(JSON.stringify(shown)).not.toMatch(/web|db|shop|default-deny-all|10\.65/);
    expect(shown.picture).toBeUndefined();
  });

  test("a policy in a namespace that has no machines changes nothing, and its card is green", async () => {
    const card = await tried({}, denyAll.replace("Global", "").replace("  name:", "  namespace: production\n  name:"));

    expect(card.verdict).toMatchObject({ light: "ok", text: "lab: this changes no connection" });
    expect(card.picture).toBeUndefined();
  });

  test("a deny in name only, without a rule, changes nothing for machines that have security groups", async () => {
    const card = await tried({}, denyAll.replace("ingress: [{action: Deny}]", "ingress: []"));

    expect(card.verdict.text).toBe("lab: this changes no connection");
  });

  test("a rule that can never decide anything is to be looked at", async () => {
    const card = await tried({}, denyAll.replace("[{action: Deny}]", "[{action: Deny}, {action: Allow, source: {notNets: [0.0.0.0/0]}}]"));

    expect(lines(card).join("\n")).toContain("ingress rule 1 can never match: source.notNets excludes every address");
  });

  test("deleting and reordering are tried by words, and are repeated by their line", async () => {
    const gone = await tried({ action: "delete", name: "ossg.default.g2" });
    expect(gone.verdict.detail).toBe('delete NetworkPolicy "openstack/ossg.default.g2"');
    expect(gone.verdict.text).toContain("cuts");
    expect(gone.again).toBe("again");

    const first = await tried({ action: "order", name: "gnp/deny-ssh", value: "50" });
    expect(first.verdict.detail).toBe('update GlobalNetworkPolicy "deny-ssh"');
    expect(first.verdict.text).toContain("cuts");
  });

  test("a label that would be given to a VM opens what its group opens", async () => {
    const card = await tried({ action: "label", name: "c1-openstack-d3-p3", value: `${sg}g1=web` });

    expect(card.verdict.text).toContain("opens");
    expect(lines(card).join("\n")).toContain("tcp/443");
  });

  test("a rule more for a security group opens what it says, by the group's name and to another group", async () => {
    const world = await tried({ action: "rule", name: "db", value: "ingress", service: "tcp/5432", peer: "198.51.100.0/24" });
    expect(world.verdict.text).toBe(
      'lab: cuts nothing; opens tcp/5432 from “198.51.100.0/24” to “security group "db" of shop (1 endpoint)”',
    );
    expect(world.verdict.detail).toBe('update NetworkPolicy "openstack/ossg.default.g2"');

    const group = await tried({ action: "rule", name: "web", value: "ingress", service: "8080", peer: "db" });
    expect(group.verdict.text).toMatch(/opens tcp\/8080 from “security group "db" of shop .*” to “security group "web"/);
  });

  test("all rows come as a table for spreadsheets too", async () => {
    const { csv } = await tried({ action: "delete", name: "ossg.default.g2" });

    expect(csv?.name).toBe("changes.csv");
    expect(csv?.text).toMatch(/^"change","from"[^\n]*\r\n"lost",/);
  });

  test("the picture shows the groups with what is gained and lost", async () => {
    const { picture } = await tried({ action: "delete", name: "ossg.default.g2" });

    expect(picture?.groups.map(({ name }) => name).join()).toContain('security group "db" of shop');
    expect(picture?.links.every(({ change }) => change === "lost")).toBe(true);
  });

  test.each([
    [{ action: "delete", name: "nobody" }, null, "nothing is called `nobody`"],
    [{ action: "delete" }, null, "`delete` needs a name"],
    [{ action: "order", name: "deny-ssh" }, null, "`order` needs a value"],
    [{ action: "order", name: "deny-ssh", value: "first" }, null, "`first` is no order"],
    [{ action: "rule", name: "nobody", value: "ingress", service: "tcp/1" }, null, "no security group is called `nobody`"],
    [{ action: "rule", name: "db", value: "in", service: "tcp/1" }, null, "`in` is neither ingress nor egress"],
    [{ action: "rule", name: "db", value: "ingress" }, null, "`` is no port or protocol"],
    [{ action: "label", name: "p", value: "app" }, null, "`app` is no label"],
    [{}, denyAll.replace("types", "type"), "line 8, column 3: spec.type: `type` is no field of `spec` (did you mean `types`?)"],
  ] as const)("%j is a mistake that is named", async (args, document, message) => {
    await expect(tried(args, document)).rejects.toMatchObject({ failure: { message: expect.stringContaining(message) } });
  });
});
