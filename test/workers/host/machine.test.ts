import { describe, expect, test } from "@jest/globals";
import { readMachine, readUnits } from "../../../workers/host/machine.js";
import { host } from "../../support/facts.js";
import { golden } from "../../support/golden.js";

const recorded = (file: string, name: string, command: RegExp, phase?: string): string => {
  const found = golden(file).find(
    (record) => record.host === name && command.test(record.argv.join(" ")) && (phase === undefined || record.phase === phase),
  );
  if (!found) throw new Error(`${file} has no ${command}`);
  return found.stdout;
};
const show = /^systemctl show -p/;

describe("units", () => {
  test("of a healthy host run since their start", () => {
    const units = readUnits(recorded("host/none.json", "compute1", show));

    expect(units.map(({ name }) => name)).toEqual(["ssh", "bird", "calico-felix", "calico-dhcp-agent"]);
    expect(units[2]).toEqual({
      name: "calico-felix",
      state: "active",
      sub: "running",
      since: Date.UTC(2026, 10, 23, 15, 47, 39),
      restarts: 0,
      exit: null,
      result: "success",
    });
  });

  test.each([
    ["host/felix-crashed.json", "failed", { code: null, signal: 11 }, "signal"],
    ["host/felix-stopped.json", "inactive", { code: null, signal: 15 }, "success"],
    ["host/felix-crash-loop.json", "failed", { code: 1, signal: null }, "exit-code"],
  ])("of %s say how the process ended", (file, state, exit, result) => {
    const text = `Id=calico-felix.service\nLoadState=loaded\n${recorded(file, "compute1", show, "after")}`;

    expect(readUnits(text)).toEqual([expect.objectContaining({ state, exit, result })]);
  });

  test("that are not installed are left out", () => {
    expect(readUnits("Id=bird6.service\nLoadState=not-found\nActiveState=inactive\n\nId=bird.service\nLoadState=loaded\n")).toHaveLength(1);
  });
});

describe("a machine", () => {
  const section = (title: string, text: string, exit = 0) => ({ title, text, exit });
  const addresses = section("addresses", recorded("host/none.json", "compute1", /^ip -j addr$/));

  test("has its addresses, the device that carries its own, and its taps", () => {
    const read = readMachine([addresses], host("compute1", "192.168.10.11"));

    expect(read.uplink).toEqual({ device: "eth0", mtu: 1500 });
    expect(read.addresses).toEqual([
      { device: "eth0", address: "192.168.10.11", length: 24 },
      { device: "tunl0", address: "172.16.1.1", length: 32 },
    ]);
    expect(read.taps).toEqual({ up: ["tap2567a5ec-97", "tap2e6178c9-d7"], down: [] });
  });

  test("with a tap that is down names it", () => {
    const text = recorded("host/tap-down.json", "compute2", /^ip -j link show tap/, "after");
    expect(readMachine([section("addresses", text)], host("compute2", "192.168.10.12")).taps).toEqual({ up: [], down: ["tapd77d5e50-3a"] });
  });

  test("has clock, boot, forwarding, conntrack and packages", () => {
    const read = readMachine(
      [
        section("date", "1795448870\n"),
        section("uptime", "870.50 1000.00\n"),
        section("kernel", "6.1.0\n"),
        section("forward4", "0\n"),
        section("forward6", "cat: No such file", 1),
        section("conntrack", "12\n262144\n"),
        section("dpkg", "installed calico-felix 3.32.1\nnot-installed bird2 \ndpkg-query: no packages found matching etcd\n", 1),
        section("rpm", "timeout: failed to run command 'rpm': No such file or directory\n", 127),
      ],
      host("c1", "10.0.0.1"),
    );

    expect(read).toMatchObject({
      now: 1795448870_000,
      bootedAt: 1795447999_500,
      kernel: "6.1.0",
      forwarding: { v4: false, v6: null },
      conntrack: { count: 12, max: 262144 },
      packages: [{ name: "calico-felix", version: "3.32.1" }],
      units: null,
    });
  });
});
