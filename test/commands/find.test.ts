import { describe, expect, test } from "@jest/globals";
import find from "../../commands/find.js";
import { toFailure } from "../../src/contract/failure.js";
import { ask, fakeCluster } from "../support/cluster.js";
import { golden } from "../support/keyspace.js";
import { brokenOpenStack, port } from "../support/openstack.js";
import { endpointKeys, neutronPort, surroundings, type Vm } from "../support/vms.js";

const v3 = "/calico/resources/v3/projectcalico.org";
const policies = {
  [`${v3}/globalnetworkpolicies/deny-smtp-out`]: "{}",
  [`${v3}/networkpolicies/openstack/ossg.default.g-web`]: "{}",
  [`${v3}/ippools/default-pool`]: "{}",
};
const web: Vm = { id: "aa", address: "10.65.0.11" };
const other: Vm = { id: "bb", address: "10.65.0.12", host: "c2", project: "ci" };
const keys = { ...policies, ...endpointKeys(web), ...endpointKeys(other) };
const cloud = { ...surroundings, servers: null, ports: [neutronPort(web, { name: "web-1" }), neutronPort(other, { name: "db-1" })] };
const cluster = fakeCluster({ keys, cloud });

describe("a name", () => {
  test("of one VM port is answered with whose it is and where", async () => {
    const card = await ask(find, cluster, { word: "web-1" });

    expect(card.verdict).toEqual({
      light: "info",
      text: '"web-1" is VM "web-1" of project "shop" on c1: port ACTIVE, felix up',
      detail: 'network "tenant", security group "web", 10.65.0.11',
    });
    expect(card.actions[0]).toEqual({ label: "Address", line: "ip 10.65.0.11" });
  });

  test("that two projects use is listed with the projects", async () => {
    const ports = [neutronPort(web, { name: "web" }), neutronPort(other, { name: "web" })];
    const card = await ask(find, fakeCluster({ keys, cloud: { ...cloud, ports } }), { word: "web" });

    expect(card.verdict).toMatchObject({ text: '3 things called "web" in lab', detail: "2 VM ports, 1 other thing; say which by its id" });
    expect(card.sections).toMatchObject([
      {
        title: "VM ports",
        rows: [
          ["web", "shop", "c1", "10.65.0.11", "ACTIVE", "aa"],
          ["web", "ci", "c2", "10.65.0.12", "ACTIVE", "bb"],
        ],
      },
      { title: "also", rows: [["security group", "web", "shop", "from Neutron", "g-web"]] },
    ]);
  });

  test("of an instance leads to its ports", async () => {
    const servers = [
      { id: "vm-aa", name: "shop-front", status: "ACTIVE", projectId: "p-shop", host: "c1" },
      { id: "vm-zz", name: "no-net", status: "BUILD", projectId: "p-ci", host: null },
    ];
    const nova = fakeCluster({ keys, cloud: { ...cloud, servers } });

    expect((await ask(find, nova, { word: "shop-front" })).verdict.text).toMatch(
      /^"shop-front" is VM "shop-front" of project "shop" on c1/,
    );
    expect((await ask(find, nova, { word: "no-net" })).verdict).toMatchObject({
      text: '"no-net" is instance "no-net" of project "ci"',
      detail: "BUILD, no port, from Nova",
    });
  });

  test("of a policy, a pool, a network, a host is told by its kind", async () => {
    const texts = ["deny-smtp-out", "default-pool", "tenant-v4", "c2"].map(
      async (word) => (await ask(find, cluster, { word })).verdict.text,
    );

    expect(await Promise.all(texts)).toEqual([
      '"deny-smtp-out" is GlobalNetworkPolicy "deny-smtp-out"',
      '"default-pool" is IPPool "default-pool"',
      '"tenant-v4" is subnet "tenant-v4"',
      '"c2" is host "c2"',
    ]);
  });

  test("of a port that no VM has is told as that", async () => {
    const spare = port("cc", {
      name: "spare",
      deviceOwner: "",
      projectId: "p-ci",
      addresses: [{ address: "10.65.0.77", subnetId: "s-1" }],
    });

    expect((await ask(find, fakeCluster({ keys, cloud: { ...cloud, ports: [spare] } }), { word: "spare" })).verdict).toMatchObject({
      text: '"spare" is port "spare" of project "ci"',
      detail: "used by no device, 10.65.0.77, from Neutron",
    });
  });

  test("that nothing has offers the nearest one", async () => {
    const failure = await ask(find, cluster, { word: "deny-smtp-aut" }).then(() => null, toFailure);

    expect(failure).toMatchObject({
      code: "not_found",
      message: "nothing in lab is called `deny-smtp-aut`",
      hint: "did you mean `find deny-smtp-out`?",
    });
  });
});

describe("an id", () => {
  const recorded = Object.fromEntries(golden("networking-calico-keyspace.json").map(({ key, value }) => [key, value]));
  const real = { ...fakeCluster({ keys: recorded }), openstack: null };

  test.each([
    ["port", "4625B777-3d8d-4c98-92b1-acdd56895b86"],
    ["instance", "11111111-aaaa-4aaa-8aaa-111111111111"],
  ])("of a %s finds the VM that the real driver wrote", async (_, word) => {
    const card = await ask(find, real, { word });

    expect(card.verdict.text).toMatch(/ is VM 11111111-aaaa-4aaa-8aaa-111111111111 of project "web-shop" on compute-1: felix up$/);
    expect(card.verdict.light).toBe("unknown");
    expect(card.footer.join()).toContain("Could not ask: Neutron (OpenStack is not configured on this worker)");
  });

  test("of a security group finds its policy and who is in it", async () => {
    const text = JSON.stringify(await ask(find, real, { word: "c5d54523-b194-43b1-8335-b5628add417a" }));

    expect(text).toContain("a security group as Calico enforces it in namespace openstack, from etcd");
    expect(text).toContain("2 VM ports on compute-1 by labels in etcd");
  });

  test("of a project finds its ports by their labels", async () => {
    const card = await ask(find, real, { word: "f2e88e3824fa444b8e2848ad7068afc5" });

    expect(JSON.stringify(card.sections)).toMatch(/"project".*VM ports on .* by labels in etcd/);
  });
});

describe("half an answer", () => {
  test("comes from etcd while Neutron is away", async () => {
    const openstack = brokenOpenStack({ code: "timeout", message: "10.0.0.10:9696 gave no answer in 5 s" });
    const away = fakeCluster({ keys, openstack });

    expect((await ask(find, away, { word: "shop" })).verdict).toEqual({
      light: "unknown",
      text: '"shop" is project "shop"',
      detail: "1 VM port on c1 by labels in etcd; Neutron could not be asked",
    });
    expect((await ask(find, away, { word: "nobody" })).verdict).toMatchObject({
      light: "unknown",
      text: '"nobody" was not found, and Neutron, Nova, Keystone could not be asked',
    });
  });

  test("comes from Neutron while etcd is away", async () => {
    const card = await ask(find, fakeCluster({ keys, cloud, etcdDown: true }), { word: "web-1" });

    expect(card.verdict).toMatchObject({ light: "unknown", text: '"web-1" is VM "web-1" of project "shop" on c1: port ACTIVE' });
  });
});

describe("an object of Calico's", () => {
  const lines = async (word: string) => (await ask(find, cluster, { word })).actions;

  test("comes with the line that shows it", async () => {
    expect(await lines("deny-smtp-out")).toContainEqual({
      label: "GlobalNetworkPolicy deny-smtp-out",
      line: "policy gnp/deny-smtp-out",
    });
    expect(await lines("default-pool")).toContainEqual({ label: "IPPool default-pool", line: "get IPPool default-pool" });
  });

  test("and one in a namespace with the namespace", async () => {
    expect(await lines("ossg.default.g-web")).toContainEqual({
      label: "NetworkPolicy ossg.default.g-web",
      line: "policy np/openstack/ossg.default.g-web",
    });
  });

  test("whose name could be taken for something else has no line", async () => {
    const odd = fakeCluster({ keys: { [`${v3}/globalnetworkpolicies/a b`]: "{}" }, cloud });

    const card = await ask(find, odd, { word: "a b" });

    expect(card.verdict.text).toContain('GlobalNetworkPolicy "a b"');
    expect(card.actions.filter(({ line }) => /^(get|policy) /.test(line))).toEqual([]);
  });
});

describe("values in etcd that cannot be read", () => {
  const cut = `${v3}/workloadendpoints/openstack/c9-openstack-vm--zz-zz`;
  const broken = fakeCluster({ keys: { ...keys, [cut]: "{" }, cloud });

  test("are named beside what was found", async () => {
    const card = await ask(find, broken, { word: "web-1" });

    expect(card.verdict).toMatchObject({ light: "warn", text: expect.stringContaining('is VM "web-1"') });
    expect(card.sections.at(-1)).toMatchObject({
      title: "cannot be read",
      lines: [{ text: "1 value in etcd could not be read and is left out", detail: [cut] }],
    });
  });

  test("keep a name that was not found from being called unknown", async () => {
    expect((await ask(find, broken, { word: "nobody" })).verdict.text).toBe(
      '"nobody" was not found, and 1 value in etcd could not be read',
    );
  });
});
