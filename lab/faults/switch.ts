import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { converged, type Site } from "../hosts/site.js";
import { type Fault, faultNamed } from "./faults.js";

const file = (site: Site): string => join(site.dir, "faults.json");

/** Names of the faults that are in force. */
export function activeFaults(site: Site): string[] {
  return existsSync(file(site)) ? (JSON.parse(readFileSync(file(site), "utf8")) as string[]) : [];
}

/** Breaks the site in one way. */
export async function inject(site: Site, name: string): Promise<Fault> {
  const fault = faultNamed(name);
  await runAll(site, fault, fault.inject);
  writeFileSync(file(site), JSON.stringify([...new Set([...activeFaults(site), name])]));
  return fault;
}

/** Takes a fault back and waits, within limits, until every session is Established again. */
export async function heal(site: Site, name: string, within = 40_000): Promise<Fault> {
  const fault = faultNamed(name);
  await runAll(site, fault, fault.heal);
  const left = activeFaults(site).filter((other) => other !== name);
  writeFileSync(file(site), JSON.stringify(left));
  if (left.length === 0) await Promise.all(site.hosts.map((host) => converged(site, host, within)));
  return fault;
}

async function runAll(site: Site, fault: Fault, commands: Fault["inject"]): Promise<void> {
  for (const argv of commands) {
    const { code, stdout, stderr } = await site.exec(fault.host, argv, { timeoutMs: 10_000 });
    if (code !== 0) throw new Error(`${fault.name}: ${argv.join(" ")} on ${fault.host} ended with ${code}: ${stderr || stdout}`);
  }
}
