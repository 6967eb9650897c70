import { z } from "zod";
import { felixHosts } from "../../src/calico/keys.js";
import { kindOf, kindPrefix } from "../../src/calico/kinds.js";
import { nodeOf } from "../../src/calico/names.js";
import { part } from "../../src/calico/part.js";
import type { Range } from "../../src/cluster/etcd.js";
import type { News } from "../../src/contract/change.js";
import { FailureError } from "../../src/contract/failure.js";
import type { Plan, Step } from "../../src/contract/plan.js";
import type { Context } from "./context.js";
import { fields, placeIn } from "./stored.js";

/** What felix turns into rules on every host with an endpoint that may be selected. */
const selecting = /^(Global)?Network(Policy|Set)$|^Tier$|^Profile$/;
const everywhere = new Set(["IPPool", "FelixConfiguration"]);

/** Hosts whose felix must take a change in; null = felix has nothing to do with it. */
export async function hostsOf(context: Context, plan: Plan): Promise<string[] | null> {
  const selected = plan.steps.map(hostsOfStep);
  if (selected.every((one) => one === null)) return null;
  const hosts = new Set(selected.flatMap((one) => (Array.isArray(one) ? one : [])));
  const { hosts: known, region } = context.cluster;
  if (selected.includes("felix")) for (const host of known) if (host.felix) hosts.add(host.name);
  if (selected.includes("endpoints")) for (const host of await withEndpoints(context, plan.id)) hosts.add(host);
  const resting = new Set(known.filter(({ maintenance }) => maintenance).map(({ name }) => name));
  context.log.debug({ change: plan.id, region, hosts: hosts.size }, "hosts that a change selects");
  return [...hosts].filter((host) => !resting.has(host)).toSorted();
}

function hostsOfStep({ document }: Step): string[] | "felix" | "endpoints" | null {
  const { kind, name } = placeIn(document);
  if (selecting.test(kind)) return "endpoints";
  if (kind === "Node") return [name];
  if (kind === "HostEndpoint") return [String(part(fields(document)["spec"])["node"])];
  if (!everywhere.has(kind)) return null;
  const host = kind === "FelixConfiguration" ? /^node\.(.+)$/.exec(name)?.[1] : undefined;
  return host === undefined ? "felix" : [host];
}

async function read({ cluster, askFor }: Context, change: string, range: Range): Promise<{ key: string; value: string }[]> {
  const told = await cluster.etcd.read([range], askFor(change));
  if (!told.ok) throw new FailureError(told.failure);
  return told.value.ranges[0]?.kvs ?? [];
}

async function withEndpoints(context: Context, change: string): Promise<Set<string>> {
  const found = await read(context, change, { prefix: kindPrefix(kindOf("WorkloadEndpoint")), keysOnly: true });
  return new Set(found.map(({ key }) => nodeOf(key.slice(key.lastIndexOf("/") + 1))));
}

/** Source: felix, every 10 s, on a lease of 90 s. */
const Status = z.object({ time: z.string() });

/** Which of the hosts have no felix that has just given a sign of life: what is stored is not enforced there. Throws when etcd does not say. */
export async function inForce(context: Context, change: string, hosts: readonly string[]): Promise<NonNullable<News["inForce"]>> {
  const { cluster, now } = context;
  const prefix = felixHosts(cluster.region);
  const found = await read(context, change, { prefix });
  const alive = new Set(
    found.flatMap(({ key, value }) => {
      const host = /^([^/]+)\/status$/.exec(key.slice(prefix.length))?.[1];
      return host !== undefined && now() - timeIn(value) <= cluster.thresholds.felixKeyLate ? [host] : [];
    }),
  );
  return { hosts: hosts.length, missing: hosts.filter((host) => !alive.has(host)) };
}

function timeIn(value: string): number {
  try {
    return Date.parse(Status.parse(JSON.parse(value)).time);
  } catch {
    return Number.NEGATIVE_INFINITY;
  }
}
