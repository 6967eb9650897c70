import { type Light, type View, view, worst } from "../../contract/view.js";
import { ago, clock, count, list } from "../say.js";
import { stateWords } from "./about.js";
import { changeIds, type Feed, type FeedWrite, isRisky, strange } from "./feed.js";
import { feedRows, rowsCsv } from "./feed-rows.js";

/** Rows in the message; the others are in the CSV. */
const shown = 25;

/** What changed: how much of what, who is suspect, then everything in the order of time. */
export function feedCard(feed: Feed): View {
  const { text, detail } = { text: headline(feed), detail: suspect(feed) };
  const card = view(lightOf(feed), `${feed.cluster}: ${text}`, detail);
  const rows = feedRows(feed);
  const columns = ["when (UTC)", "what", "object", "fields", "by"].map((title) => ({ title }));
  if (rows.length > 0) card.sections.push({ kind: "table", columns, rows: rows.slice(0, shown) });
  const beside = besides(feed);
  if (beside.length > 0) card.sections.push({ kind: "lines", title: "besides", lines: beside.map((line) => ({ text: line })) });
  card.footer = footer(feed, rows.length);
  if (rows.length > shown) card.csv = { name: "changes.csv", text: rowsCsv(rows) };
  card.actions = [...changeIds(feed)].slice(0, 5).map((id) => ({ label: id, line: `change ${id}` }));
  return card;
}

function lightOf(feed: Feed): Light {
  const { watched } = feed;
  const lights: Light[] = [strange(feed).some(isRisky) ? "warn" : "ok"];
  if (watched === null || watched.since === null || watched.gaps.some(({ to }) => to === null)) lights.push("unknown");
  if (watched?.silences.some(({ to }) => to === null)) lights.push("warn");
  return worst(lights);
}

/** The beginning of what is told: what was asked for, or later when nobody watched then. */
function headline(feed: Feed): string {
  const { watched, from, now } = feed;
  const human = count(changeIds(feed).size + strange(feed).length, "human change");
  const mine = `${count(changeIds(feed).size, "change")} through the bot since ${clock(from, now)}`;
  if (watched === null && feed.changes === null) return "what changed is not known here: no watch on etcd, no journal of changes";
  if (watched === null) return `${mine}; etcd is not watched here`;
  if (watched.since === null) return `${mine}; the watch on etcd has not begun`;
  const { groups, starts } = watched;
  const normal = groups.normal === null ? "" : ` (normal ${whole(groups.normal)}/h)`;
  const parts = [human, `${count(groups.count, "tenant SG write")}${normal}`, count(starts.length, "felix restart")];
  const short = watched.since > from ? ` (watched ${ago(now - watched.since)} of ${ago(now - from)})` : "";
  return `${parts.join(", ")} since ${clock(Math.max(from, watched.since), now)}${short}`;
}

const whole = (n: number): string => Math.round(n).toLocaleString("en-US");

/** The newest write that may have caused something and that nobody answers for. */
function suspect(feed: Feed): string {
  const [newest, ...others] = strange(feed).filter(isRisky);
  const whose = feed.changes === null ? "not known whether through the bot" : "not through the bot";
  if (newest !== undefined) {
    const more = others.length === 0 ? "" : `; ${others.length} more like it`;
    return `Suspect: ${objectOf(newest)} ${when(newest, feed.now)}, ${whose}${restartsAfter(newest, feed)}${more}`;
  }
  const { watched } = feed;
  if (watched === null || watched.since === null) return "What was written without the bot is not known";
  return `${without(feed, watched.gaps.length > 0 || watched.since > feed.from)}${newestOf(feed)}`;
}

/** With `gaps` not everything was seen. */
function without(feed: Feed, gaps: boolean): string {
  const what = strange(feed).length > 0 ? "Nothing risky" : "Nothing";
  return gaps ? `${what} that was seen was written without the bot` : `${what} was written without the bot`;
}

function newestOf({ changes, now }: Feed): string {
  const mine = changes?.[0];
  return mine === undefined ? "" : `; newest through it: ${mine.id} by ${mine.who}, ${stateWords(mine.state)} ${clock(mine.at, now)}`;
}

/** Every change of felix' configuration restarts it, and so may one of a pool; a minute later it has told so. */
const restarting: ReadonlySet<string> = new Set(["FelixConfiguration", "IPPool"]);

function restartsAfter({ kind, at, late }: FeedWrite, { watched }: Feed): string {
  const after = (watched?.starts ?? []).filter((start) => start.at >= at && start.at < at + 60_000);
  if (late || !restarting.has(kind) || after.length === 0) return "";
  return `; ${count(after.length, "felix restart")} in the minute after`;
}

const objectOf = ({ kind, name, fields }: FeedWrite): string => `${kind} ${name}${fields.length === 0 ? "" : ` (${list(fields, 4)})`}`;
const verbs = { create: "created", update: "changed", delete: "deleted" } as const;
const when = ({ action, at, late }: FeedWrite, now: number): string => `${verbs[action]} ${late ? "before " : ""}${clock(at, now)}`;

function besides({ watched, now }: Feed): string[] {
  if (watched === null || watched.since === null) return [];
  const { ports, starts, silences } = watched;
  const normal = ports.normal === null ? "" : ` (normal ${whole(ports.normal)}/h)`;
  const hosts = [...new Set(starts.map(({ host }) => host))];
  const away = silences.filter(({ to }) => to === null);
  const back = silences.filter(({ to }) => to !== null);
  return [
    `${count(ports.count, "write")} to VM ports${normal}`,
    ...(starts.length === 0
      ? []
      : [`felix restarted on ${count(hosts.length, "host")}: ${list(hosts)}; last ${clock(starts[0]?.at ?? now, now)}`]),
    ...(away.length === 0 ? [] : [`felix keys gone: ${list(away.map(({ host, from }) => `${host} since ${clock(from, now)}`))}`]),
    ...(back.length === 0 ? [] : [`felix keys gone and back: ${list([...new Set(back.map(({ host }) => host))])}`]),
  ];
}

function footer({ watched, changes, now }: Feed, rows: number): string[] {
  const lines: string[] = [];
  if (rows > shown) lines.push(`the newest ${shown} of ${count(rows, "row")}; all are in the CSV`);
  if (watched === null)
    lines.push("no watch on etcd here: writes without the bot, tenants and restarts are missing; a running worker watches");
  else if (watched.since === null) lines.push(`nothing is watched yet${watched.trouble === null ? "" : `: ${watched.trouble}`}`);
  else {
    lines.push(`watched since ${clock(watched.since, now)}; nothing is known before`);
    for (const { from, to } of watched.gaps.slice(-3)) lines.push(gapWords(from, to, { now, trouble: watched.trouble }));
    if (watched.gaps.length > 3) lines.push(`${count(watched.gaps.length - 3, "gap")} before`);
    if (watched.older > 0) lines.push(`${count(watched.older, "older write")} not listed: ask for less time`);
  }
  if (changes === null) lines.push("no journal of changes at hand: what the bot wrote is not told apart");
  return lines;
}

function gapWords(from: number, to: number | null, { now, trouble }: { now: number; trouble: string | null }): string {
  if (to === null) return `not watched since ${clock(from, now)}${trouble === null ? "" : `: ${trouble}`}`;
  return `not watched from ${clock(from, now)} to ${clock(to, now)} (${ago(to - from)}): of several writes to one object the last is told`;
}
