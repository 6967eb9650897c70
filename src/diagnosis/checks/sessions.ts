import { expectations, farEnds } from "../expected.js";
import type { Check, Facts } from "../facts.js";
import { type Draft, finding } from "../finding.js";
import { byEnd, downSince, inMaintenance, isUp, type Link, linksOf, reasonOf, shortReason } from "../links.js";

/** BGP sessions that are down, and expected ones that nobody configured. */
export const sessions: Check = (facts) => {
  const links = linksOf(facts).filter((link) => !inMaintenance(facts, link));
  const up = byEnd(links.filter(isUp));
  const down = links.filter((link) => !isUp(link)).map((link) => downFinding(facts, link, up));
  const known = new Set(links.map((link) => link.ends.join("~")));
  return [...down, ...absent(facts, known)];
};

function downFinding(facts: Facts, link: Link, up: ReadonlyMap<string, readonly Link[]>): Draft {
  const own = link.ends.filter((end) => facts.hosts.some((host) => host.name === end));
  const alone = own.filter((end) => !up.has(end));
  const [a, b] = link.ends;
  return finding({
    id: `bgp:${a}~${b}`,
    light: alone.length > 0 ? "bad" : "warn",
    text: `BGP session ${a} - ${b}${link.family === 6 ? " (IPv6)" : ""} is down: ${reasonOf(link)}`,
    detail: [
      ...link.sessions.flatMap((session, i) =>
        session ? [`${link.ends[i]}: ${session.protocol} ${session.bgp ?? session.state} since ${session.since}`] : [],
      ),
      ...alone.map((end) => `${end} has no other Established session`),
    ],
    hosts: own,
    weight: 10 * alone.length,
    link: { ends: link.ends, why: shortReason(link) },
    since: downSince(link),
  });
}

function absent(facts: Facts, known: ReadonlySet<string>): Draft[] {
  const expectedOf = expectations(facts);
  return facts.hosts
    .filter((host) => !host.maintenance && facts.birds.get(host.name)?.ok)
    .flatMap((host) => {
      const reading = facts.birds.get(host.name);
      if (!reading?.ok || reading.value.daemons.length === 0) return [];
      const { peers, source } = expectedOf(host);
      const have = farEnds(facts, host);
      return peers
        .filter((peer) => !have.has(peer) && !known.has([host.name, peer].toSorted().join("~")))
        .map((peer) =>
          finding({
            id: `bgp:${[host.name, peer].toSorted().join("~")}`,
            light: "warn",
            text: `${host.name} has no BGP session with ${peer} (${source === "config" ? "the config expects it" : `most ${host.role} hosts have it`})`,
            hosts: [host.name],
            alike: `have no BGP session with ${peer}`,
          }),
        );
    });
}
