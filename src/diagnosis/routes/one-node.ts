import { list } from "../say.js";
import { prefixOf, textOf } from "./destination.js";
import type { RouteFacts } from "./facts.js";
import { type Reach, reachOf } from "./reach.js";
import type { Verdict } from "./verdict.js";

/** What one named host does with the destination, and whether that is where etcd has it. */
export function nodeVerdict(facts: RouteFacts): Verdict {
  const [lookup] = facts.lookups;
  if (!lookup) return { light: "unknown", text: "the bot does not log into that host", detail: "", notes: [] };
  const reach = reachOf(lookup, facts);
  const owners = facts.holders.ok ? [...new Set(facts.holders.value.holders.map(({ host }) => host))] : [];
  const kernel = reach.kernel === null ? "its kernel could not be asked" : `kernel: ${reach.kernel}`;
  const owner =
    owners.length > 0 ? `etcd has it on ${list(owners)}` : facts.holders.ok ? "no port in etcd has it" : "etcd could not say whose it is";
  const right =
    owners.length === 0 ||
    (reach.how === "via" && owners.includes(reach.to ?? "")) ||
    (reach.how === "local" && owners.includes(reach.host));
  const light = reach.how === "silent" || reach.how === "unread" ? "unknown" : reach.differs ? "bad" : right ? "ok" : "warn";
  const notes = reach.differs
    ? ["BIRD's selected path and the kernel's differ: BIRD could not put its route in, or something else did"]
    : [];
  return { light, text: `${reach.host} ${doing(reach, facts)}`, detail: `${kernel}; ${owner}`, notes };
}

function doing(reach: Reach, facts: RouteFacts): string {
  const what = textOf(facts.destination);
  const [best] = reach.paths;
  const paths = reach.paths.filter(({ prefix }) => prefix === prefixOf(facts.destination)).length;
  const of = paths > 1 ? `, best of ${paths} paths` : "";
  switch (reach.how) {
    case "local":
      return `has ${what} itself on ${best?.device ?? "a device"}${of}`;
    case "via":
      return `sends ${what} to ${reach.to} (${best?.device}, ${best?.protocol}, since ${best?.since}${of})`;
    case "refused":
      return `would send ${what} to ${reach.to}, but its kernel refused the route`;
    case "wider":
      return `reaches ${what} only by ${best?.prefix}${reach.to === null ? "" : ` to ${reach.to}`}`;
    case "default":
      return `has no route to ${what}: it falls back to the default route${reach.to === null ? "" : ` via ${reach.to}`}`;
    case "none":
      return `has no route to ${what} at all`;
    case "unreachable":
    case "blackhole":
      return `drops ${what}: ${best?.prefix} is ${best?.kind}`;
    default:
      return `could not say what it does with ${what}: ${reach.why}`;
  }
}
