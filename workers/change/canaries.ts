import type { Canary } from "../../src/cluster/changes.js";
import type { Tried } from "../journal/entry.js";
import type { Context } from "./context.js";

const bgp = 179;

/**
 * The configured canaries, but for those that would reset a session: a connection to port 179 of a BGP speaker from its peer's
 * address does (BIRD 1.6).
 */
function canariesOf({ cluster, log }: Context): Canary[] {
  const speakers = new Set(cluster.hosts.flatMap(({ address, bgp: more }) => [address, ...more]));
  const [harmless, harmful]: [Canary[], Canary[]] = [[], []];
  for (const canary of cluster.changes?.canaries ?? []) (canary.port === bgp && speakers.has(canary.to) ? harmful : harmless).push(canary);
  for (const canary of harmful) log.warn({ canary: called(canary) }, "a canary would reset a BGP session and is not tried");
  return harmless;
}

/** Tries them all at once, each as a new connection. */
export function tryCanaries(context: Context, change: string, canaries = canariesOf(context)): Promise<Tried[]> {
  return Promise.all(
    canaries.map(async ({ from, to, port }): Promise<Tried> => {
      const canary = { from, to, port };
      const host = context.cluster.hosts.find(({ name }) => name === from);
      if (host === undefined) return { ...canary, worked: null, why: "its host is not in the configuration" };
      const said = await context.cluster.host.connect(host, { address: to, port }, context.askFor(change));
      if (!said.ok) return { ...canary, worked: null, why: said.failure.message };
      return said.value.yes ? { ...canary, worked: true, why: null } : { ...canary, worked: false, why: said.value.why };
    }),
  );
}

/** How canaries are, beside how they were before a change. */
export interface Flock {
  before: number;
  now: number;
  of: number;
  /** Those that worked before and do not now; one that could not be tried is not among them. */
  lost: Tried[];
  /** In sentences: what is worse. */
  worse: string[];
}

/** Tries again those that worked before; what seems lost is tried once more, because a lost packet is no lost way. Null = there are none. */
export async function compareCanaries(context: Context, change: string, before: readonly Tried[]): Promise<Flock | null> {
  const worked = before.filter((one) => one.worked === true);
  if (before.length === 0) return null;
  const first = await tryCanaries(context, change, worked);
  const again = await tryCanaries(
    context,
    change,
    first.filter((one) => one.worked === false),
  );
  const now = first.map((one) => again.find((other) => called(other) === called(one)) ?? one);
  const lost = now.filter((one) => one.worked === false);
  const untried = now.filter((one) => one.worked === null);
  return {
    before: worked.length,
    now: now.filter((one) => one.worked === true).length,
    of: before.length,
    lost,
    worse: [
      ...lost.map((one) => `canary ${called(one)} is lost: ${one.why}`),
      ...untried.map((one) => `canary ${called(one)} could not be tried: ${one.why}`),
    ],
  };
}

/** Whether so many are lost that a change is put back: as many as configured, or all that there were. */
export function isTooMuch({ cluster }: Context, { lost, before }: Flock): boolean {
  return lost.length > 0 && lost.length >= Math.min(cluster.changes?.canaryLoss ?? 1, before);
}

const called = ({ from, to, port }: Canary): string => `${from} → ${to.includes(":") ? `[${to}]` : to}:${port}`;
