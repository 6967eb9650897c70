import { describe, expect, test } from "@jest/globals";
import ip from "../../commands/ip.js";
import { toFailure } from "../../src/contract/failure.js";
import { countsOnly } from "../../src/dispatch/counts.js";
import { ask, fakeCluster } from "../support/cluster.js";
import { golden } from "../support/keyspace.js";
import { brokenOpenStack, port } from "../support/openstack.js";
import { endpointKeys, neutronPort, surroundings, type Vm } from "../support/vms.js";

const pool = {
  "/calico/resources/v3/projectcalico.org/ippools/p1": '{"metadata":{"name":"p1"},"spec":{"cidr":"10.65.0.0/16"}}',
  "/calico/dhcp/v2/no-region/subnet/s-1": '{"network_id":"n-1","cidr":"10.65.0.0/24","gateway_ip":"10.65.0.1"}',
};
const web: Vm = { id: "aa", address: "10.65.0.11" };
const both = (vm: Vm) => ({ keys: { ...pool, ...endpointKeys(vm) }, cloud: { ...surroundings, ports: [neutronPort(vm)], servers: null } });

describe("the owner of an address", () => {
  test("that is a VM is named with project, host and state, and both sides agree", async () => {
    const card = await ask(ip, fakeCluster(both(web)), { address: "10.65.0.11" });

    expect(card.verdict).toEqual({
      light: "ok",
      text: '10.65.0.11 is VM "port-aa" of project "shop" on c1: port ACTIVE, felix up',
      detail: 'network "tenant", security group "web"; etcd and Neutron agree on whose it is',
    });
    expect(JSON.stringify(card.sections)).toContain('in subnet \\"tenant-v4\\" 10.65.0.0/24');
    expect(JSON.stringify(card.sections)).toContain('in pool \\"p1\\" 10.65.0.0/16');
  });

  test("has Nova's name where there is a Nova", async () => {
    const told = both(web);
    const servers = [{ id: "vm-aa", name: "web-1", status: "ACTIVE", projectId: "p-shop", host: "c1" }];

    const card = await ask(ip, fakeCluster({ ...told, cloud: { ...told.cloud, servers } }), { address: "10.65.0.11" });

    expect(card.verdict.text).toContain('is VM "web-1" of project "shop"');
  });

  test("that is a floating IP is the VM behind it", async () => {
    const vm = { ...web, floating: "203.0.113.9" };
    const told = both(vm);
    const floatingIps = [
      {
        id: "f",
        address: "203.0.113.9",
        portId: "aa",
        fixedAddress: "10.65.0.11",
        status: "ACTIVE",
        projectId: "p-shop",
        networkId: "n-2",
      },
    ];
    const own = port("fip", { deviceOwner: "network:floatingip", addresses: [{ address: "203.0.113.9", subnetId: "s-2" }], status: "N/A" });
    const cloud = { ...told.cloud, floatingIps, ports: [...told.cloud.ports, own] };

    const card = await ask(ip, fakeCluster({ ...told, cloud }), { address: "203.0.113.9" });

    expect(card.verdict).toMatchObject({
      light: "ok",
      text: '203.0.113.9 is the floating IP of VM "port-aa" of project "shop" on c1: port ACTIVE, felix up',
    });
  });

  test("that is a gateway, a host, a DHCP port is told as such", async () => {
    const dhcp = port("d", { name: "", deviceOwner: "network:dhcp", addresses: [{ address: "10.65.0.2", subnetId: "s-1" }], host: "c2" });
    const cluster = fakeCluster({ keys: pool, cloud: { ...surroundings, ports: [dhcp] } });

    expect((await ask(ip, cluster, { address: "10.65.0.1" })).verdict).toEqual({
      light: "ok",
      text: '10.65.0.1 is the gateway of subnet "tenant-v4" 10.65.0.0/24',
      detail: 'it lies in subnet "tenant-v4" 10.65.0.0/24, pool "p1" 10.65.0.0/16',
    });
    expect((await ask(ip, cluster, { address: "10.0.0.11" })).verdict.text).toBe("10.0.0.11 is host c1 (compute)");
    expect((await ask(ip, cluster, { address: "10.65.0.2" })).verdict.text).toBe('10.65.0.2 is a DHCP port, "d", ACTIVE on c2');
  });

  test("that is nobody is said with where the address lies", async () => {
    const cluster = fakeCluster({ keys: pool, cloud: surroundings });

    expect((await ask(ip, cluster, { address: "10.65.0.99" })).verdict).toEqual({
      light: "info",
      text: "nobody has 10.65.0.99",
      detail: 'it lies in subnet "tenant-v4" 10.65.0.0/24, pool "p1" 10.65.0.0/16 and is free there',
    });
    expect((await ask(ip, cluster, { address: "8.8.8.8" })).verdict.detail).toBe("it lies in no subnet and no pool of this cluster");
  });

  test("that only Calico's own IPAM knows is told by its handle", async () => {
    const block = JSON.stringify({
      cidr: "10.66.0.0/26",
      affinity: "host:c1",
      allocations: [null, 0, ...Array<null>(62).fill(null)],
      unallocated: [],
      attributes: [{ handle_id: "k8s-pod-network.abc", secondary: {} }],
    });
    const cluster = fakeCluster({ keys: { "/calico/ipam/v2/assignment/ipv4/block/10.66.0.0-26": block }, cloud: surroundings });

    expect((await ask(ip, cluster, { address: "10.66.0.1" })).verdict.text).toBe(
      '10.66.0.1 is in use in Calico\'s own IPAM, by "k8s-pod-network.abc"',
    );
    expect((await ask(ip, cluster, { address: "10.66.0.2" })).verdict.text).toBe("nobody has 10.66.0.2");
  });

  test("is told by its handle in a block of more than 256 addresses, too", async () => {
    const allocations = Array.from({ length: 1024 }, (_, ordinal) => (ordinal === 258 ? 0 : null));
    const block = JSON.stringify({ cidr: "10.66.0.0/22", allocations, attributes: [{ handle_id: "k8s-pod-network.abc" }] });
    const cluster = fakeCluster({ keys: { "/calico/ipam/v2/assignment/ipv4/block/10.66.0.0-22": block }, cloud: surroundings });

    expect((await ask(ip, cluster, { address: "10.66.1.2" })).verdict.text).toContain('by "k8s-pod-network.abc"');
    expect((await ask(ip, cluster, { address: "10.66.0.2" })).verdict.text).toBe("nobody has 10.66.0.2");
  });

  test("of IPv6 is found however it is written", async () => {
    const card = await ask(ip, fakeCluster(both({ id: "bb", address: "fd00:65::12" })), { address: "FD00:65:0:0::0012" });

    expect(card.verdict.text).toMatch(/^fd00:65::12 is VM "port-bb"/);
  });
});

test("a channel that sees numbers only learns no name from it", async () => {
  const card = await ask(ip, fakeCluster(both(web)), { address: "10.65.0.11" });
  const shown = countsOnly(card, { secret: ["c1", "c2"], open: [] });

  expect(shown.verdict.text).toBe("… is VM … of project … on …: port ACTIVE, felix up");
  expect(JSON.stringify({ ...shown, actions: [] })).not.toMatch(/shop|web|port-aa|10\.65|tenant/);
});

describe("what does not fit", () => {
  test("two owners are told before anything else", async () => {
    const other: Vm = { id: "cc", address: "10.65.0.11", host: "c2", project: "ci" };
    const keys = { ...endpointKeys(web), ...endpointKeys(other) };
    const cloud = { ...surroundings, ports: [neutronPort(web), neutronPort(other)] };

    const card = await ask(ip, fakeCluster({ keys, cloud }), { address: "10.65.0.11" });

    expect(card.verdict.light).toBe("bad");
    expect(card.verdict.text).toMatch(
      /^10\.65\.0\.11 has 2 owners: VM "port-aa" of project "shop" on c1.*, VM "port-cc" of project "ci" on c2/,
    );
  });

  test("an endpoint that Neutron does not know is a leftover; a port that etcd does not know has no network", async () => {
    const leftover = await ask(ip, fakeCluster({ keys: endpointKeys(web), cloud: surroundings }), { address: "10.65.0.11" });
    const unwritten = await ask(ip, fakeCluster({ keys: pool, cloud: { ...surroundings, ports: [neutronPort(web)] } }), {
      address: "10.65.0.11",
    });

    expect(leftover.verdict).toMatchObject({ light: "bad", text: expect.stringContaining("VM vm-aa is in etcd but not in Neutron") });
    expect(unwritten.verdict).toMatchObject({
      light: "bad",
      text: expect.stringContaining('VM "port-aa" is in Neutron, bound to c1, but not in etcd'),
    });
  });

  test("an endpoint that a user of one project cannot see in Neutron is not called a leftover", async () => {
    const agents = { ok: true as const, value: { agents: [], visible: false, roles: ["member"] } };

    const card = await ask(ip, fakeCluster({ keys: endpointKeys(web), cloud: { ...surroundings, agents } }), { address: "10.65.0.11" });

    expect(card.verdict).toMatchObject({ light: "ok", text: '10.65.0.11 is VM vm-aa of project "shop" on c1: felix up' });
  });

  test("hosts, security groups and states that differ are named one by one", async () => {
    const cloud = { ...surroundings, ports: [neutronPort(web, { host: "c2", securityGroups: ["g-db"], status: "DOWN" })] };

    const text = JSON.stringify((await ask(ip, fakeCluster({ keys: endpointKeys(web), cloud }), { address: "10.65.0.11" })).sections);

    expect(text).toContain("is on c2 by Neutron and on c1 by etcd");
    expect(text).toContain('has other security groups in etcd (\\"web\\") than in Neutron (\\"db\\")');
    expect(text).toContain("up, Neutron says DOWN");
  });

  test("two endpoints of one port are a live migration only while one runs", async () => {
    const keys = { ...endpointKeys(web), ...endpointKeys({ ...web, host: "c2" }) };
    const migration = { spec: { source: { workloadEndpoint: { hostname: "c1", endpointID: "aa" } } } };
    const told = both(web);
    const running = { ...keys, "/calico/resources/v3/projectcalico.org/livemigrations/openstack/x": JSON.stringify(migration) };

    const stuck = await ask(ip, fakeCluster({ ...told, keys }), { address: "10.65.0.11" });
    const moving = await ask(ip, fakeCluster({ ...told, keys: running }), { address: "10.65.0.11" });

    expect(stuck.verdict).toMatchObject({
      light: "bad",
      text: expect.stringContaining("has endpoints on c1, c2 and no live migration runs"),
    });
    expect(moving.verdict.light).toBe("warn");
    expect(JSON.stringify(moving.sections)).toContain("is being live-migrated: endpoints on c1, c2");
  });

  test("a floating IP that only one side knows does not work", async () => {
    const told = both(web);
    const floatingIps = [
      {
        id: "f",
        address: "203.0.113.9",
        portId: "aa",
        fixedAddress: "10.65.0.11",
        status: "ACTIVE",
        projectId: "p-shop",
        networkId: "n-2",
      },
    ];
    const untranslated = await ask(ip, fakeCluster({ ...told, cloud: { ...told.cloud, floatingIps } }), { address: "203.0.113.9" });
    const left = await ask(ip, fakeCluster(both({ ...web, floating: "203.0.113.9" })), { address: "203.0.113.9" });

    expect(untranslated.verdict.text).toContain("floating IP 203.0.113.9 is in Neutron but not in etcd: no host translates it");
    expect(left.verdict.text).toContain("floating IP 203.0.113.9 is in etcd but leads nowhere in Neutron");
  });

  test("an allowed address pair is no second owner", async () => {
    const told = both(web);
    const keys = { ...told.keys, ...endpointKeys({ id: "dd", address: "10.65.0.12", host: "c2", allowed: ["10.65.0.11/32"] }) };

    const card = await ask(ip, fakeCluster({ ...told, keys }), { address: "10.65.0.11" });

    expect(card.verdict.light).toBe("ok");
    expect(JSON.stringify(card.sections)).toContain("may be used by vm-dd on c2 (allowed address pairs)");
  });
});

describe("half an answer", () => {
  test("is given from etcd when Neutron is away, and says so", async () => {
    const openstack = brokenOpenStack({ code: "timeout", message: "10.0.0.10:9696 gave no answer in 5 s" });
    const card = await ask(ip, fakeCluster({ keys: endpointKeys(web), openstack }), { address: "10.65.0.11" });
    const nobody = await ask(ip, fakeCluster({ keys: pool, openstack }), { address: "10.65.0.99" });

    expect(card.verdict).toEqual({
      light: "unknown",
      text: '10.65.0.11 is VM vm-aa of project "shop" on c1: felix up',
      detail: 'network "tenant", security group "web"; Neutron could not be asked, so this is one side only',
    });
    expect(nobody.verdict).toMatchObject({ light: "unknown", text: "10.65.0.99: no owner found, and Neutron could not be asked" });
    expect(card.footer.join()).toContain("Could not ask: Neutron (10.0.0.10:9696 gave no answer in 5 s)");
  });

  test("is given from Neutron when etcd is away", async () => {
    const card = await ask(ip, fakeCluster({ ...both(web), etcdDown: true }), { address: "10.65.0.11" });

    expect(card.verdict).toMatchObject({ light: "unknown", text: '10.65.0.11 is VM "port-aa" of project "shop" on c1: port ACTIVE' });
  });
});

describe("values in etcd that cannot be read", () => {
  const v3 = "/calico/resources/v3/projectcalico.org";
  const cut = `${v3}/workloadendpoints/openstack/c9-openstack-vm--zz-zz`;
  const told = both(web);

  test("are named beside what was found, which is not called fine then", async () => {
    const keys = { ...told.keys, [cut]: '{"kind":"WorkloadEndpoint","spec":{', [`${v3}/ippools/odd`]: '{"spec":7}' };
    const card = await ask(ip, fakeCluster({ ...told, keys }), { address: "10.65.0.11" });

    expect(card.verdict).toMatchObject({ light: "warn", text: expect.stringContaining('is VM "port-aa"') });
    expect(card.sections.at(-1)).toEqual({
      kind: "lines",
      title: "cannot be read",
      lines: [{ light: "warn", text: "2 values in etcd could not be read and are left out", detail: [cut, `${v3}/ippools/odd`] }],
    });
  });

  test("may be the owner: the address is not said to be free", async () => {
    const endpoint = JSON.stringify({ kind: "WorkloadEndpoint", metadata: { name: "x" }, spec: { ipNetworks: "10.65.0.77/32" } });
    const card = await ask(ip, fakeCluster({ keys: { ...pool, [cut]: endpoint }, cloud: surroundings }), { address: "10.65.0.77" });

    expect(card.verdict).toMatchObject({
      light: "warn",
      text: "10.65.0.77: no owner found, and 1 value in etcd could not be read",
      detail: expect.not.stringContaining("free"),
    });
  });

  test("are counted when they are many", async () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`${cut}${i}`, "\u0000rubbish"]));
    const card = await ask(ip, fakeCluster({ ...told, keys: { ...told.keys, ...many } }), { address: "10.65.0.11" });

    expect(card.sections.at(-1)).toMatchObject({ lines: [{ text: "30 values in etcd could not be read and are left out" }] });
    expect(JSON.stringify(card.sections.at(-1))).toContain("and 25 more");
  });
});

test("what the real driver wrote is understood", async () => {
  const keys = Object.fromEntries(golden("networking-calico-keyspace.json").map(({ key, value }) => [key, value]));
  const cluster = { ...fakeCluster({ keys }), openstack: null };

  const card = await ask(ip, cluster, { address: "10.65.0.194" });

  expect(card.verdict.text).toBe('10.65.0.194 is VM 11111111-aaaa-4aaa-8aaa-111111111111 of project "web-shop" on compute-1: felix up');
  expect((await ask(ip, cluster, { address: "203.0.113.108" })).verdict.text).toMatch(
    /^203\.0\.113\.108 is the floating IP of VM 11111111-/,
  );
});

test.each(["10.65.0.300", "10.65.0", "web", "10.65.0.11/32", "fd00:::1"])("%s is no address", async (address) => {
  const failure = await ask(ip, fakeCluster(), { address }).then(() => null, toFailure);

  expect(failure).toMatchObject({ code: "usage" });
});
