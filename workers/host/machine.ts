import { z } from "zod";
import type { HostReading, Unit } from "../../src/cluster/host.js";
import type { Host } from "../../src/cluster/inventory.js";
import type { Section } from "../ssh/marked.js";

/** The answers of one host; a question without an answer leaves its field empty. */
export function readMachine(found: readonly Section[], host: Host): HostReading {
  const say = (title: string): string | null => {
    const section = found.find((each) => each.title === title);
    return section?.exit === 0 ? section.text.trim() : null;
  };
  const devices = readDevices(say("addresses"));
  const now = numberOf(say("date"));
  const up = numberOf(say("uptime")?.split(" ")[0] ?? null);
  const units = say("units");
  return {
    units: units === null ? null : readUnits(units),
    kernel: say("kernel"),
    now: now === null ? null : now * 1000,
    bootedAt: now === null || up === null ? null : Math.round((now - up) * 1000),
    packages: readPackages(found),
    forwarding: { v4: flag(say("forward4")), v6: flag(say("forward6")) },
    addresses: devices.flatMap((device) =>
      device.addr_info
        .filter((each) => each.scope === "global")
        .map((each) => ({ device: device.ifname, address: each.local, length: each.prefixlen })),
    ),
    uplink: uplinkOf(devices, host),
    conntrack: readConntrack(say("conntrack")),
    taps: tapsOf(devices),
  };
}

const numberOf = (text: string | null): number | null => (text !== null && /^\d+(\.\d+)?$/.test(text) ? Number(text) : null);
const flag = (text: string | null): boolean | null => (text === null ? null : text !== "0");

/** `K=V` blocks with a blank line between, in systemd's own order; units that are not installed are left out. */
export function readUnits(text: string): Unit[] {
  return text
    .split(/\n\s*\n/)
    .map((block) =>
      Object.fromEntries(block.split("\n").map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)])),
    )
    .filter((fields) => fields["Id"] !== undefined && fields["LoadState"] !== "not-found")
    .map(unitOf);
}

function unitOf(fields: Readonly<Record<string, string>>): Unit {
  const state = fields["ActiveState"] ?? "unknown";
  const entered = state === "active" ? fields["ActiveEnterTimestamp"] : fields["InactiveEnterTimestamp"];
  const code = numberOf(fields["ExecMainCode"] ?? null);
  const status = numberOf(fields["ExecMainStatus"] ?? null);
  return {
    name: (fields["Id"] ?? "").replace(/\.service$/, ""),
    state,
    sub: fields["SubState"] ?? "unknown",
    since: timeOf(entered) ?? timeOf(fields["StateChangeTimestamp"]),
    restarts: numberOf(fields["NRestarts"] ?? null),
    // 1 = exited by itself, 2 and 3 = ended by a signal; 0 = it runs or never ran.
    exit: code === null || code === 0 ? null : { code: code === 1 ? status : null, signal: code === 1 ? null : status },
    result: fields["Result"] ?? "unknown",
  };
}

/** `Mon 2026-11-23 15:47:39 UTC` as epoch ms. */
function timeOf(text: string | undefined): number | null {
  const match = /^\w{3} (\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) UTC$/.exec(text ?? "");
  return match ? Date.parse(`${match[1]}T${match[2]}Z`) : null;
}

const Device = z.object({
  ifname: z.string(),
  mtu: z.number(),
  operstate: z.string().default("UNKNOWN"),
  addr_info: z
    .array(z.object({ local: z.string().default(""), prefixlen: z.number().default(0), scope: z.string().default("") }))
    .default([]),
});
type Device = z.infer<typeof Device>;

function readDevices(text: string | null): Device[] {
  try {
    return z.array(Device).parse(JSON.parse(text ?? "[]"));
  } catch {
    return [];
  }
}

function uplinkOf(devices: readonly Device[], host: Host): HostReading["uplink"] {
  const own = devices.find((device) => device.addr_info.some(({ local }) => local === host.address || host.bgp.includes(local)));
  return own ? { device: own.ifname, mtu: own.mtu } : null;
}

function tapsOf(devices: readonly Device[]): HostReading["taps"] {
  const taps = devices.filter(({ ifname }) => /^(tap|cali)/.test(ifname));
  const isUp = ({ operstate }: Device): boolean => operstate === "UP" || operstate === "UNKNOWN";
  return { up: taps.filter(isUp).map(({ ifname }) => ifname), down: taps.filter((tap) => !isUp(tap)).map(({ ifname }) => ifname) };
}

function readConntrack(text: string | null): HostReading["conntrack"] {
  const [count, max] = (text ?? "").split(/\s+/).map((part) => numberOf(part));
  return count === null || count === undefined || max === null || max === undefined ? null : { count, max };
}

/** From dpkg, or from rpm; both complain about packages that are not there and still list the others. */
function readPackages(found: readonly Section[]): HostReading["packages"] {
  return found
    .filter(({ title }) => title === "dpkg" || title === "rpm")
    .flatMap(({ text }) => [...text.matchAll(/^installed (\S+) (\S+)$/gm)])
    .map(([, name = "", version = ""]) => ({ name, version }));
}
