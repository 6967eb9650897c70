import { timeOfDay } from "../contract/times.js";
import { type Section, type View, view, worst } from "../contract/view.js";
import type { BgpAnswer, LinkRow } from "./bgp.js";
import { count, list } from "./say.js";

const shownLinks = 60;
/** A reflector has hundreds. */
const shownPeers = 20;

/** Sessions with both ends in one row; `calicoctl node status` beside birdc, with why they differ. */
export function bgpCard(answer: BgpAnswer): View {
  const up = answer.links.filter((link) => link.up).length;
  const of = [answer.node, answer.peer].filter((end) => end !== null).join(" - ") || answer.cluster;
  const [first, ...others] = answer.findings;
  const light = worst([...answer.findings.map((finding) => finding.light), ...(answer.unread.length > 0 ? ["unknown" as const] : [])]);
  const more = others.length > 0 ? ` (+${others.length} more)` : "";
  const card = view(
    light,
    first ? `${of}: ${first.text}${more}` : `${of}: ${healthyText(answer, up)}`,
    first ? `${up} of ${count(answer.links.length, "session")} up` : undefined,
  );
  if (answer.findings.length > 0) {
    card.sections.push({
      kind: "lines",
      title: "what is wrong",
      lines: answer.findings.slice(0, 8).map((found) => ({ light: found.light, text: found.text, detail: found.detail })),
    });
  }
  if (answer.links.length > 0) card.sections.push(table(answer.links));
  if (answer.calicoctl) card.sections.push(beside(answer));
  card.footer.push(
    `as of ${timeOfDay(answer.at)} UTC, birdc on every host${answer.unread.length > 0 ? ` but ${list(answer.unread)}` : ""}; since = the host's own clock`,
  );
  return card;
}

function healthyText(answer: BgpAnswer, up: number): string {
  if (answer.links.length === 0) return answer.peer === null ? "no BGP session is configured" : "there is no such BGP session";
  const oneEnd = answer.links.filter(({ a, b }) => a.state === null || b.state === null).length;
  const all = up === 1 ? "the BGP session is Established" : `all ${up} BGP sessions are Established`;
  if (oneEnd === 0) return `${all} at both ends`;
  const why = answer.unread.length > 0 ? `: ${list(answer.unread)} did not answer` : "";
  return `${all}, ${oneEnd === up ? "seen" : `${oneEnd} of them seen`} from one end only${why}`;
}

function table(links: readonly LinkRow[]): Section {
  // Where nothing is down there is no why.
  const why = links.some((link) => !link.up);
  return {
    kind: "table",
    title: links.length > shownLinks ? `sessions (${shownLinks} of ${links.length}, those down first)` : "sessions",
    columns: [
      { title: "session" },
      { title: "state" },
      { title: "since" },
      { title: "in/out", align: "right" },
      ...(why ? [{ title: "why" }] : []),
    ],
    rows: links.slice(0, shownLinks).map((link) => [...cells(link), ...(why ? [link.reason ?? "-"] : [])]),
  };
}

function cells(link: LinkRow): string[] {
  return [
    `${link.a.host} - ${link.b.host}${link.family === 6 ? " v6" : ""}`,
    link.up ? "Established" : both(link.a.state, link.b.state),
    both(link.a.since, link.b.since),
    both(prefixes(link.a), prefixes(link.b)),
  ];
}

/** Both ends' words, or one when they agree; an end that was not read is left out. */
function both(a: string | null, b: string | null): string {
  if (a === null || b === null || a === b) return a ?? b ?? "?";
  return `${a} | ${b}`;
}

function prefixes(end: LinkRow["a"]): string | null {
  return end.imported === null && end.exported === null ? null : `${end.imported ?? "?"}/${end.exported ?? "?"}`;
}

/** Its own words first, then what it does not show and why, so that nobody takes a missing row for a missing session. */
function beside({ calicoctl }: BgpAnswer): Section {
  const { remark, peers, differs } = calicoctl ?? { remark: null, peers: [], differs: [] };
  const rows = peers.slice(0, shownPeers).map((peer) => ({
    text: `${peer.address} ${peer.type}: ${peer.info === "" ? peer.state : peer.info} since ${peer.since}`,
  }));
  if (peers.length > shownPeers) rows.push({ text: `and ${count(peers.length - shownPeers, "more row")}` });
  const lines = [
    ...(remark === null ? [] : [{ text: remark }]),
    ...rows,
    ...differs.map((text) => ({ text: `differs from birdc: ${text}` })),
  ];
  return { kind: "lines", title: "calicoctl node status says", lines };
}
