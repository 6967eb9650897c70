import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Host } from "../../src/cluster/inventory.js";
import { root } from "../record.js";
import { hostAt } from "./farm.js";

/** 300 computes in 15 racks of 20, each with a session to both switches of its rack. */
export const racks = 15;
export const perRack = 20;
/** The rack that dies. */
export const deadRack = 12;

/** Computes on loopback addresses, and the switches nobody logs in to. */
export function computesOf(rack: number): Host[] {
  return Array.from({ length: perRack }, (_, i) => hostAt(`compute-${rack}-${i + 1}`, `127.88.${rack}.${i + 1}`, { rack: `r${rack}` }));
}

export function everyCompute(): Host[] {
  return Array.from({ length: racks }, (_, i) => computesOf(i + 1)).flat();
}

export function switchesOf(rack: number): Host[] {
  const side = (name: string, last: number): Host =>
    hostAt(`tor-r${rack}-${name}`, `10.255.${rack}.${last}`, { rack: `r${rack}`, role: "network", felix: false, ssh: false });
  return [side("a", 1), side("b", 2)];
}

interface Recorded {
  stdout: string;
  argv: string[];
}

const recorded = (file: string): Recorded[] => {
  const read = JSON.parse(readFileSync(join(root, "test/golden/birdc", file), "utf8")) as Recorded[] | { records: Recorded[] };
  return Array.isArray(read) ? read : read.records;
};

/** What a compute's BIRD answers: recorded text, with the switches of the rack as its far ends. */
export function birdAnswers(rack: number): Readonly<Record<string, string>> {
  const text = recorded("show-protocols-all.json").find(({ stdout }) => /^Mesh_\S+ +BGP .*Established/m.test(stdout))?.stdout ?? "";
  const [opening = "", ...blocks] = text.split("\n\n");
  const session = blocks.find((block) => /^Mesh_\S+ +BGP .*Established/.test(block)) ?? "";
  const own = /^Mesh_(\S+)/.exec(session)?.[1]?.replaceAll("_", ".") ?? "none";
  const others = blocks.filter((block) => !/^\S+ +BGP /.test(block));
  const sessions = switchesOf(rack).map(({ address }) =>
    session.replaceAll(own, address).replaceAll(own.replaceAll(".", "_"), address.replaceAll(".", "_")).replace("Mesh_", "Global_"),
  );
  return {
    "show protocols all": [opening, ...others, ...sessions].join("\n\n"),
    "show status": recorded("show-status.json")[0]?.stdout ?? "",
    "show route count": "BIRD 1.6.8 ready.\n12 of 12 routes for 12 networks\n",
  };
}

/** What the product's script prints on such a host, cut by its own marks. */
export function scriptOutput(answers: Readonly<Record<string, string>>, mark: string, now: Date): string {
  const asked = Object.entries(answers).map(([question, text]) => `${mark} 4 ${question}\n${text.trimEnd()}\n${mark} end 0\n`);
  return `${mark} date\n${(now.getTime() / 1000).toFixed(9)} +0000\n${mark} end 0\n${asked.join("")}`;
}
