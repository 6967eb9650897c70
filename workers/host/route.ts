import { z } from "zod";
import type { Destination } from "../../src/cluster/bird.js";
import type { KernelLookup, KernelRoute } from "../../src/cluster/host.js";
import { fail } from "../../src/contract/failure.js";
import type { Section } from "../ssh/marked.js";

const Route = z.object({
  type: z.string().default("unicast"),
  dst: z.string(),
  gateway: z.string().optional(),
  via: z.object({ host: z.string() }).optional(),
  dev: z.string().optional(),
  nexthops: z.array(z.object({ gateway: z.string().optional(), dev: z.string().optional() })).default([]),
  protocol: z.string().optional(),
  metric: z.number().optional(),
  flags: z.array(z.string()).default([]),
});

/** The answers of iproute2 as what the kernel does; an error of `route get` is an answer too (`Network is unreachable`). */
export function readLookup(found: readonly Section[], destination: Destination): KernelLookup {
  const used = found.find((section) => section.title === "used");
  const matching = found.find((section) => section.title === "matching");
  const refusal = /RTNETLINK answers: (.+)/.exec(used?.text ?? "")?.[1] ?? null;
  const [first] = refusal === null ? routesOf(used, destination.family) : [];
  const routes = routesOf(matching, destination.family);
  const longest = routes.toSorted((a, b) => lengthOf(b) - lengthOf(a) || (a.metric ?? 0) - (b.metric ?? 0));
  return { used: first ?? null, refusal, matching: longest };
}

const lengthOf = ({ prefix }: KernelRoute): number => Number(prefix.slice(prefix.indexOf("/") + 1));

function routesOf(section: Section | undefined, family: 4 | 6): KernelRoute[] {
  const text = section?.text.trim() ?? "";
  if (section?.exit === 0 && text === "") return [];
  try {
    return z
      .array(Route)
      .parse(JSON.parse(text))
      .map((route) => routeOf(route, family));
  } catch {
    throw fail("unreadable_output", `iproute2 answered nothing that can be read: ${text.slice(0, 200)}`, {
      hint: "JSON output needs iproute2 4.13 or newer",
    });
  }
}

function routeOf(route: z.infer<typeof Route>, family: 4 | 6): KernelRoute {
  const [all, bits] = family === 4 ? ["0.0.0.0/0", 32] : ["::/0", 128];
  const prefix = route.dst === "default" ? all : route.dst.includes("/") ? route.dst : `${route.dst}/${bits}`;
  return {
    prefix,
    kind: route.type,
    gateway: route.gateway ?? route.via?.host ?? route.nexthops[0]?.gateway ?? null,
    device: route.dev ?? route.nexthops[0]?.dev ?? null,
    hops: Math.max(1, route.nexthops.length),
    protocol: route.protocol ?? null,
    metric: route.metric ?? null,
    flags: route.flags,
  };
}
