import { z } from "zod";
import type { BirdRoute, BirdSilence } from "../../cluster/bird.js";
import type { KernelLookup, KernelRoute } from "../../cluster/host.js";
import { type Host, nameOf } from "../../cluster/inventory.js";
import { originOf } from "./announcers.js";
import { coverage } from "./destination.js";
import type { Lookup, RouteFacts } from "./facts.js";

const Path = z.object({
  prefix: z.string(),
  kind: z.string(),
  /** Name of the host it leads to, or address. */
  to: z.string().nullable(),
  device: z.string().nullable(),
  protocol: z.string(),
  from: z.string().nullable(),
  since: z.string(),
  best: z.boolean(),
  refused: z.boolean(),
  preference: z.number().nullable(),
  localPref: z.number().nullable(),
  asPath: z.string().nullable(),
  metric: z.number().nullable(),
});
export type Path = z.infer<typeof Path>;

/** What one host does with packets to the destination. */
export const Reach = z.object({
  host: z.string(),
  role: z.enum(["owner", "announcer", "reflector", "sample", "asked"]),
  /**
   * local = on a device of its own; via = sent to `to`; refused = selected, but the kernel did not take it; wider = only by a larger
   * network; default = only by the default route; none = not at all; silent = BIRD did not answer; unread = the host did not.
   */
  how: z.enum(["local", "via", "refused", "unreachable", "blackhole", "wider", "default", "none", "silent", "unread"]),
  to: z.string().nullable(),
  /** The selected path, then the others. */
  paths: z.array(Path),
  inside: z.number().nullable(),
  /** What the kernel does, in words; null = it was not told. */
  kernel: z.string().nullable(),
  /** The kernel's decision differs from BIRD's selected path. */
  differs: z.boolean(),
  /** Why there is no answer. */
  why: z.string().nullable(),
});
export type Reach = z.infer<typeof Reach>;

/** One lookup as what becomes of packets there: by prefix, since a lookup succeeds by the default route too. */
export function reachOf(lookup: Lookup, facts: Pick<RouteFacts, "hosts" | "destination">): Reach {
  const { host, role, bird, kernel } = lookup;
  const known = { host: host.name, role, kernel: kernel.ok ? sayKernel(kernel.value, facts.hosts) : null };
  const nothing = { ...known, to: null, paths: [], inside: null, differs: false };
  if (!bird.ok) return { ...nothing, how: "unread", why: bird.failure.message };
  const { routes, inside, silent } = bird.value;
  if (silent) return { ...nothing, how: "silent", why: sayNoAnswer(silent) };
  const paths = routes.toSorted((a, b) => Number(b.best) - Number(a.best)).map((route) => pathOf(route, facts.hosts));
  const best = routes.find((route) => route.best);
  const how = howOf(best, facts);
  const to = best ? originOf(best, facts.hosts) : null;
  return { ...known, how, to, paths, inside, differs: differ({ host, best, facts, kernel }), why: null };
}

function pathOf(route: BirdRoute, hosts: readonly Host[]): Path {
  const { prefix, kind, device, protocol, since, best, refused, preference, localPref, asPath, metric } = route;
  const [to, from] = [originOf(route, hosts), route.from === null ? null : nameOf(hosts, route.from)];
  return { prefix, kind, to, device, protocol, from, since, best, refused, preference, localPref, asPath, metric };
}

function howOf(best: BirdRoute | undefined, { destination }: Pick<RouteFacts, "destination">): Reach["how"] {
  if (!best) return "none";
  const cover = coverage(best.prefix, destination);
  if (best.kind === "unreachable" || best.kind === "prohibited") return "unreachable";
  if (best.kind === "blackhole") return "blackhole";
  if (cover !== "exact") return cover;
  if (best.refused) return "refused";
  return best.nextHop === null ? "local" : "via";
}

interface Sides {
  host: Host;
  best: BirdRoute | undefined;
  facts: Pick<RouteFacts, "hosts" | "destination">;
  kernel: Lookup["kernel"];
}

/** Reflectors that do not export to their kernel are no disagreement: they forward nothing. */
function differ({ host, best, facts, kernel }: Sides): boolean {
  if (!kernel.ok || !best || host.role === "reflector" || best.kind !== "unicast") return false;
  const own = kernel.value.matching[0];
  if (coverage(best.prefix, facts.destination) !== "exact") return own !== undefined && coverage(own.prefix, facts.destination) === "exact";
  if (own === undefined || own.prefix !== best.prefix) return true;
  return own.hops === 1 && own.gateway !== best.nextHop;
}

/** `by 10.65.0.12/32 to compute2 (eth0)`: what the kernel does, in words. */
export function sayKernel({ used, refusal, matching }: KernelLookup, hosts: readonly Host[]): string {
  const [longest] = matching;
  if (refusal !== null) return refusal.toLowerCase();
  if (used?.kind === "local") return "its own address";
  const route = longest ?? used;
  if (!route) return "no route";
  return `${route.prefix} ${sayTarget(route, hosts)}`;
}

function sayTarget({ kind, gateway, device, metric, flags }: KernelRoute, hosts: readonly Host[]): string {
  if (kind !== "unicast") return kind;
  const to = gateway === null ? `dev ${device ?? "?"}` : `via ${nameOf(hosts, gateway)} (${device ?? "?"})`;
  const more = [...(metric === null ? [] : [`metric ${metric}`]), ...flags];
  return more.length > 0 ? `${to}, ${more.join(", ")}` : to;
}

const silences: Readonly<Record<BirdSilence["how"], string>> = {
  stopped: "BIRD is stopped",
  dead: "BIRD is dead",
  hung: "BIRD hangs",
  denied: "BIRD may not be asked",
  missing: "there is no birdc",
  unreadable: "BIRD answers in a form that cannot be read",
};

function sayNoAnswer({ how, family }: BirdSilence): string {
  return `${silences[how]}${family === 6 ? " (IPv6)" : ""}`;
}
