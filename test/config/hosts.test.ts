import { describe, expect, test } from "@jest/globals";
import { hostsOf } from "../../src/config/hosts.js";
import { pathText } from "../../src/config/path.js";
import type { RawHost } from "../../src/config/raw.js";
import type { HostConfig } from "../../src/config/valid.js";

function read(...hosts: (Partial<RawHost> & { name: string; address: string })[]): { hosts: HostConfig[]; said: string[] } {
  const said: string[] = [];
  const full = hosts.map((host): RawHost => ({ role: "compute", maintenance: false, peers: [], ssh: true, ...host }));
  const cluster = { name: "eu1", region: "no-region", hosts: full, workerKeys: [], botKeys: [] } as unknown as Parameters<
    typeof hostsOf
  >[0];
  const complain = (path: readonly PropertyKey[], message: string): number => said.push(`${pathText(path)}: ${message}`);
  return { hosts: hostsOf(cluster, ["clusters", 0], { complain, whole: () => true }), said };
}

describe("a range", () => {
  test("is written out, all its columns together", () => {
    const { hosts, said } = read({ name: "c[9-11].r1", address: "10.0.0.[19-21]", bgp: ["10.1.0.[1-3]", "fd00::[1-3]"], rack: "r1" });

    expect(said).toEqual([]);
    expect(hosts.map(({ name, address, bgp }) => [name, address, bgp])).toEqual([
      ["c9.r1", "10.0.0.19", ["10.0.0.19", "10.1.0.1", "fd00::1"]],
      ["c10.r1", "10.0.0.20", ["10.0.0.20", "10.1.0.2", "fd00::2"]],
      ["c11.r1", "10.0.0.21", ["10.0.0.21", "10.1.0.3", "fd00::3"]],
    ]);
    expect(hosts[2]).toMatchObject({ rack: "r1", felix: true, ssh: true });
  });

  test("keeps leading zeros in names", () => {
    expect(read({ name: "c[08-10]", address: "10.0.0.[8-10]" }).hosts.map(({ name }) => name)).toEqual(["c08", "c09", "c10"]);
  });

  test.each([
    [{ name: "c[1-3]", address: "10.0.0.[1-2]" }, "address: `c[1-3]` and `10.0.0.[1-2]` are not ranges of the same length"],
    [{ name: "c[1-3]", address: "10.0.0.1" }, "address: `c[1-3]` and `10.0.0.1` are not ranges of the same length"],
    [{ name: "c", address: "10.0.0.[1-2]" }, "address: `c` and `10.0.0.[1-2]` are not ranges of the same length"],
    [{ name: "c[3-1]", address: "10.0.0.[3-1]" }, "name: `c[3-1]` is not a range"],
    [{ name: "c[1-999999999]", address: "10.0.0.1" }, "name: `c[1-999999999]` is not a range"],
    [{ name: "c[1-9]", address: "10.0.0.[250-258]" }, "address: `10.0.0.256` is not an IP address"],
    [
      { name: "c[1-2]", address: "10.0.0.[1-2]", bgp: ["10.1.0.[1-3]"] },
      "bgp: `c[1-2]` and `10.1.0.[1-3]` are not ranges of the same length",
    ],
    [{ name: "c[1-2]", address: "10.0.0.[1-2]x[1-2]" }, "address: `10.0.0.1x[1-2]` is not an IP address"],
  ])("that is wrong is told and gives no host: %j", (host, message) => {
    const { hosts, said } = read(host);

    expect(hosts).toEqual([]);
    expect(said).toEqual([`clusters[0].hosts[0].${message}`]);
  });
});

describe("hosts of a cluster", () => {
  test("differ in their names and in all their addresses", () => {
    const ten = { name: "c[1-10]", address: "10.0.0.[1-10]" };

    expect(read(ten, { name: "c7", address: "10.0.1.7" }).said).toEqual(["clusters[0].hosts[1].name: two hosts have the name c7"]);
    expect(read(ten, { name: "x", address: "10.0.0.7" }).said).toEqual([
      "clusters[0].hosts[1].address: two hosts have the address 10.0.0.7",
    ]);
    expect(read(ten, { name: "x", address: "10.9.0.1", bgp: ["10.0.0.7"] }).said).toEqual([
      "clusters[0].hosts[1].address: two hosts have the address 10.0.0.7",
    ]);
  });

  test("may name their own address again", () => {
    const { hosts, said } = read({ name: "c1", address: "10.0.0.1", bgp: ["10.0.0.1"] });

    expect([hosts[0]?.bgp, said]).toEqual([["10.0.0.1"], []]);
  });

  test("have peers that are hosts or addresses", () => {
    const rr1 = { name: "rr1", address: "10.0.0.253", role: "reflector" } as const;

    expect(read(rr1, { name: "c1", address: "10.0.0.1", peers: ["rr1", "192.0.2.1", "fd00::1"] }).said).toEqual([]);
    expect(read(rr1, { name: "c1", address: "10.0.0.1", peers: ["rr2"] }).said).toEqual([
      "clusters[0].hosts[1].peers: `rr2` is neither a host of this cluster nor an address",
    ]);
  });

  test("run felix when they are computes, unless told otherwise", () => {
    const { hosts } = read(
      { name: "a", address: "10.0.0.1" },
      { name: "b", address: "10.0.0.2", role: "control" },
      { name: "c", address: "10.0.0.3", felix: false },
      { name: "d", address: "10.0.0.4", role: "network", felix: true },
    );

    expect(hosts.map(({ felix }) => felix)).toEqual([true, false, false, true]);
  });
});
