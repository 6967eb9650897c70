import { list } from "../say.js";
import { announcers } from "./announcers.js";
import { textOf } from "./destination.js";
import type { RouteFacts } from "./facts.js";
import { sayOthers } from "./others.js";
import { reachOf } from "./reach.js";
import type { Verdict } from "./verdict.js";

/** A prefix of many addresses: who announces it as such, and how many routes lie inside it, as each reflector counts. */
export function networkVerdict(facts: RouteFacts): Verdict {
  const what = textOf(facts.destination);
  const found = announcers(facts);
  const reaches = facts.lookups.map((lookup) => reachOf(lookup, facts));
  const counted = reaches.filter(({ inside }) => inside !== null);
  const counters = counted.some(({ role }) => role === "reflector") ? counted.filter(({ role }) => role === "reflector") : counted;
  const numbers = new Set(counters.map(({ inside }) => inside));
  const inside = [...numbers].map(
    (n) => `${n} inside it on ${list(counters.filter((reach) => reach.inside === n).map(({ host }) => host))}`,
  );
  const who =
    found.length === 0
      ? `No route to exactly ${what}`
      : `${list(found.map(({ host }) => host))} ${found.length === 1 ? "announces" : "announce"} ${what}`;
  const unheard = reaches.every(({ how }) => how === "silent" || how === "unread");
  const light = unheard ? "unknown" : numbers.size > 1 && counters.some(({ role }) => role === "reflector") ? "warn" : "info";
  const origins = new Set(found.map(({ host }) => host));
  return {
    light,
    text: `${who}; ${inside.join(", ") || "nobody could count the routes inside it"}`,
    detail: sayOthers(reaches, origins),
    notes: [],
  };
}
