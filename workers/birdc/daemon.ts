import type { BirdDaemon, BirdReading, BirdSilence } from "../../src/cluster/bird.js";
import type { Section } from "../ssh/marked.js";
import { readProtocols } from "./protocols.js";
import { type HostClock, readClock } from "./since.js";

/** The answers of one host as a reading. A daemon whose answer cannot be read is silent, never half read. */
export function readHost(found: readonly Section[]): Omit<BirdReading, "clockOffset"> & { clock: HostClock | null } {
  const clock = readClock(found.find((section) => section.title === "date")?.text ?? "");
  const daemons: BirdDaemon[] = [];
  const silent: BirdSilence[] = [];
  for (const family of [4, 6] as const) {
    const own = found
      .filter((section) => section.title.startsWith(`${family} `))
      .map((section) => ({ ...section, title: section.title.slice(2) }));
    if (own.length === 0) continue;
    const read = readDaemon(own, family, clock);
    if ("how" in read) silent.push(read);
    else daemons.push(read);
  }
  return { daemons, silent, clock };
}

function readDaemon(own: readonly Section[], family: 4 | 6, clock: HostClock | null): BirdDaemon | BirdSilence {
  const protocols = own.find((section) => section.title === "show protocols all");
  const broken = own.find((section) => section.exit >= 124) ?? protocols;
  const sessions = protocols?.exit === 0 ? readProtocols(protocols.text, { family, clock }) : null;
  if (!protocols || !broken || sessions === null || broken.exit >= 124) return silence(family, broken);
  const status = own.find((section) => section.title === "show status")?.text ?? "";
  return {
    family,
    version: /^BIRD v?(\S+) ready\./m.exec(protocols.text)?.[1] ?? null,
    routerId: /^Router ID is (\S+)/m.exec(status)?.[1] ?? null,
    recovery: recoveryOf(status),
    sessions,
    routes: countOf(own.find((section) => section.title === "show route count")?.text ?? ""),
  };
}

/** How a daemon failed to answer, by what birdc said instead. */
export function silence(family: 4 | 6, section: Section | undefined): BirdSilence {
  const text = (section?.text ?? "").trim().split("\n").at(-1)?.slice(0, 200) ?? "";
  return { family, how: howOf(section?.exit ?? -1, text), text };
}

const signs: readonly [RegExp, BirdSilence["how"]][] = [
  [/control socket .*No such file or directory/i, "stopped"],
  [/Connection refused/i, "dead"],
  [/Permission denied|password is required|not allowed to|Access denied/i, "denied"],
  [/failed to run command|not found|No such file/i, "missing"],
];

function howOf(exit: number, text: string): BirdSilence["how"] {
  if (exit === 124 || exit === 137) return "hung";
  return signs.find(([sign]) => sign.test(text))?.[1] ?? "unreadable";
}

function recoveryOf(status: string): BirdDaemon["recovery"] {
  if (!/Graceful restart recovery in progress/i.test(status)) return null;
  const waiting = /Waiting for (\d+) protocols? to recover/i.exec(status)?.[1];
  const timer = /Wait timer is (\d+)(?:\.\d+)?\/\d+/i.exec(status)?.[1];
  return { waitingFor: waiting === undefined ? null : Number(waiting), secondsLeft: timer === undefined ? null : Number(timer) };
}

/** `12 of 12 routes for 12 networks`; BIRD 2 adds a line per table and a total. */
function countOf(text: string): BirdDaemon["routes"] {
  const lines = [...text.matchAll(/^(Total: )?(\d+) of (\d+) routes for (\d+) networks/gm)];
  const match = lines.find((line) => line[1] !== undefined) ?? lines[0];
  return match ? { total: Number(match[3]), networks: Number(match[4]) } : null;
}
