import type { BirdRoute } from "../../src/cluster/bird.js";

const remarks = /^(BIRD v?\S+ ready\.|Access restricted|Table \S+:|Network not (in table|found)|)$/;
/** Network (missing on further paths), what becomes of packets, protocol and since, mark, preference and origin. */
const path =
  /^(\S+\/\d+)?\s+(unicast|via \S+ on \S+|dev \S+|multipath|unreachable|blackhole|prohibited)(?:\s+onlink)? \[(\S+) ([^\]]*?)(?: from ([^\s\]]+))?\](?: ([*!]))?(?: \((\d+|-)(?:\/[^)]*)?\))?(?: \[([^\]]*)\])?\s*$/;

/**
 * The paths that `show route` of BIRD 1.6 or 2 prints, with their attributes where `all` was asked. No such network gives an
 * empty list; null = this is not a route table.
 */
export function readRoutes(text: string): BirdRoute[] | null {
  const routes: BirdRoute[] = [];
  if (!/^BIRD v?\S+ ready\.$/m.test(text)) return null;
  for (const line of text.split("\n")) {
    const current = routes.at(-1);
    if (remarks.test(line)) continue;
    if (line.startsWith("\t")) {
      if (!current) return null;
      detail(current, line.trim());
      continue;
    }
    const found = path.exec(line);
    const route = found && routeOf(found, current?.prefix);
    if (!route) return null;
    routes.push(route);
  }
  return routes;
}

function routeOf(found: RegExpExecArray, previous: string | undefined): BirdRoute | null {
  const [, network, target = "", protocol = "", since = "", from, mark, preference, origin] = found;
  const prefix = network ?? previous;
  if (prefix === undefined) return null;
  return {
    prefix,
    ...targetOf(target),
    protocol,
    source: origin === undefined ? "other" : "bgp",
    from: from ?? null,
    since,
    best: mark !== undefined,
    refused: mark === "!",
    preference: preference === undefined || preference === "-" ? null : Number(preference),
    bgpNextHop: null,
    localPref: null,
    asPath: null,
    originator: null,
    metric: null,
  };
}

function targetOf(text: string): Pick<BirdRoute, "kind" | "nextHop" | "device"> {
  const via = /^via (\S+) on (\S+)/.exec(text);
  if (via) return { kind: "unicast", nextHop: via[1] ?? null, device: via[2] ?? null };
  if (text.startsWith("dev ")) return { kind: "unicast", nextHop: null, device: text.slice(4) };
  const kind = text === "unreachable" || text === "blackhole" || text === "prohibited" ? text : "unicast";
  return { kind, nextHop: null, device: null };
}

const sources: Readonly<Record<string, BirdRoute["source"]>> = { BGP: "bgp", inherit: "kernel", device: "device", static: "static" };

/** An indented line: a next hop of BIRD 2 or of several, or an attribute. */
function detail(route: BirdRoute, line: string): void {
  const hop = /^(via \S+ on \S+|dev \S+)/.exec(line);
  if (hop) {
    // Of several next hops the first stands for the route.
    if (route.device === null) Object.assign(route, targetOf(hop[1] ?? ""));
    return;
  }
  const [, name = "", value = ""] = /^([\w.]+):\s*(.*)$/.exec(line) ?? [];
  const attribute = name.toLowerCase().replace(/^bgp[._]|^kernel[._]/, "");
  if (attribute === "type") route.source = sources[value.split(" ")[0] ?? ""] ?? "other";
  else if (attribute === "local_pref") route.localPref = Number(value);
  else if (attribute === "next_hop") route.bgpNextHop = value.split(" ")[0] ?? null;
  else if (attribute === "as_path") route.asPath = value;
  else if (attribute === "originator_id") route.originator = value;
  else if (attribute === "metric") route.metric = Number(value);
}
