import { z } from "zod";
import type { Listed, Port } from "../cluster/openstack.js";

/** How far back "new" goes, ms. */
export const recently = 15 * 60_000;
/** felix reports a port within seconds of its being bound; after this it is late, ms. */
const patience = 60_000;
/** Neutron hears of a port's state seconds after felix wrote it; a port that was changed this lately is not stuck yet, ms. */
const settling = 20_000;

const Trouble = z.object({ port: z.string(), host: z.string(), why: z.string() });

/** Do new VMs get a network? The VM ports that were made or changed in the last 15 minutes. */
export const RecentPorts = z.object({
  total: z.number(),
  active: z.number(),
  /** Bound moments ago, not bound yet, or of a VM that is off. */
  waiting: z.number(),
  /** Bound, and felix has them up or never reported them, but Neutron does not call them ACTIVE. */
  stuck: z.array(Trouble),
  /** No live agent where they should go. */
  failed: z.array(Trouble),
  /** False = there were more ports than were read. */
  complete: z.boolean(),
  /** Hosts of ports are shown to administrators only, and others see their own project's ports only. */
  hidden: z.boolean(),
});
export type RecentPorts = z.infer<typeof RecentPorts>;

/** Sorts ports by how far they came. `felix` = states by port id; null = etcd could not be read. */
export function recentPorts({ rows, complete }: Listed<Port>, felix: ReadonlyMap<string, string> | null, at: number): RecentPorts {
  const result: RecentPorts = { total: 0, active: 0, waiting: 0, stuck: [], failed: [], complete, hidden: false };
  for (const port of rows.filter(isOfVm)) {
    result.total++;
    if (port.host === null) result.hidden = true;
    const why = stuckBecause(port, felix, at);
    const about = { port: port.id, host: port.host ?? "?" };
    if (port.vifType === "binding_failed") result.failed.push({ ...about, why: "binding_failed" });
    else if (port.status === "ACTIVE") result.active++;
    else if (why !== null) result.stuck.push({ ...about, why });
    else result.waiting++;
  }
  return result;
}

/** DHCP, routers and floating IPs have ports of their own, which Calico does not bind. */
export const isOfVm = ({ deviceOwner }: Pick<Port, "deviceOwner">): boolean => /^(compute:|kuryr:container)/.test(deviceOwner);

function stuckBecause(port: Port, felix: ReadonlyMap<string, string> | null, at: number): string | null {
  if (port.status === "ERROR") return "felix reported an error";
  if (port.host === null || port.host === "" || port.vifType === "unbound" || felix === null) return null;
  const state = felix.get(port.id);
  const age = port.updatedAt === null ? null : at - port.updatedAt;
  if (state === "up") return age === null || age > settling ? `felix has it up, Neutron says ${port.status}` : null;
  return state === undefined && age !== null && age > patience ? `felix has not reported it, Neutron says ${port.status}` : null;
}

/** `142 ports in 15 min, 0 stuck`, as it stands in status. */
export function sayRecent({ total, stuck, failed, complete, hidden }: RecentPorts): string {
  const of = `${total === 1 ? "port" : "ports"}${hidden ? " of the bot's own project" : ""}`;
  const bad = failed.length > 0 ? `, ${failed.length} binding_failed` : "";
  return `${complete ? "" : "more than "}${total.toLocaleString("en-US")} ${of} in 15 min, ${stuck.length} stuck${bad}`;
}
