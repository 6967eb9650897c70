import { count, list } from "../say.js";
import type { Reach } from "./reach.js";

/** What the hosts do that neither own nor announce the destination, in one line: `4 sampled hosts use it; compute-204 falls back to …`. */
export function sayOthers(reaches: readonly Reach[], origins: ReadonlySet<string>): string {
  const others = reaches.filter((reach) => !origins.has(reach.host));
  const using = others.filter((reach) => reach.how === "via" && !reach.differs && reach.role !== "reflector");
  const parts = using.length === 0 ? [] : [useText(using)];
  for (const [words, hosts] of grouped(others.filter((reach) => reach.how !== "via" || reach.differs)))
    parts.push(`${list(hosts, 4)} ${hosts.length === 1 ? words.one : words.many}`);
  return parts.join("; ");
}

function useText(using: readonly Reach[]): string {
  const target = new Set(using.map(({ to }) => to));
  const verb = using.length === 1 ? "uses" : "use";
  if (target.size <= 1) return `${count(using.length, "sampled host")} ${verb} it`;
  return [...target]
    .map(
      (to) =>
        `${list(
          using.filter((reach) => reach.to === to).map(({ host }) => host),
          3,
        )} ${using.filter((reach) => reach.to === to).length === 1 ? "sends" : "send"} it to ${to}`,
    )
    .join("; ");
}

interface Words {
  one: string;
  many: string;
}

function grouped(reaches: readonly Reach[]): [Words, string[]][] {
  const groups = new Map<string, { words: Words; hosts: string[] }>();
  for (const reach of reaches) {
    const words = wordsFor(reach);
    const group = groups.get(words.one) ?? { words, hosts: [] };
    group.hosts.push(reach.host);
    groups.set(words.one, group);
  }
  return [...groups.values()].map(({ words, hosts }) => [words, hosts]);
}

function wordsFor(reach: Reach): Words {
  const best = reach.paths[0];
  const same = (text: string): Words => ({ one: text, many: text });
  switch (reach.how) {
    case "default":
      return { one: "falls back to the default route", many: "fall back to the default route" };
    case "wider":
      return { one: `reaches it only by ${best?.prefix}`, many: `reach it only by ${best?.prefix}` };
    case "none":
      return { one: "has no route at all", many: "have no route at all" };
    case "unreachable":
      return { one: `has it unreachable (${best?.prefix})`, many: `have it unreachable (${best?.prefix})` };
    case "blackhole":
      return { one: `drops it (blackhole ${best?.prefix})`, many: `drop it (blackhole ${best?.prefix})` };
    case "refused":
      return { one: "has it, but its kernel refused the route", many: "have it, but their kernels refused the route" };
    case "via":
      return same(`has it in BIRD, but the kernel there goes by ${reach.kernel}`);
    case "local":
      return { one: "has it on a device of its own", many: "have it on devices of their own" };
    case "silent":
      return same(`could not say: ${reach.why}`);
    default:
      return same("could not be asked");
  }
}
