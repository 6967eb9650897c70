import { timeOfDay } from "../../contract/times.js";
import { type Line, type Section, type View, view, worst } from "../../contract/view.js";
import { many } from "../cause.js";
import { ago, count, list } from "../say.js";
import type { HostsAnswer, Row } from "./answer.js";

/** More hosts than this are told by rack or role, and only those with trouble one by one. */
const single = 24;
const mostRows = 30;
/** Names before the rest is a number: in a sentence, and in a line of their own. */
const mostNames = 4;
const mostListed = 24;

/** One row a host, those with trouble first; many are folded by rack or role. */
export function hostsCard(answer: HostsAnswer): View {
  const { rows, strangers, cluster } = answer;
  const trouble = rows.filter(({ light }) => light !== "ok" && light !== "info");
  const live = strangers.filter(({ alive }) => alive);
  const light = worst([...trouble.map((row) => row.light), ...(live.length > 0 ? (["warn"] as const) : [])]);
  const card = view(
    light,
    `${cluster}: ${headline(rows, trouble)}${live.length > 0 ? `; ${live.length} not in config` : ""}`,
    second(trouble, live),
  );
  if (rows.length > single) card.sections.push(groups(rows));
  const shown = rows.length > single ? trouble : rows;
  const { alike, single: rest } = rows.length > single ? folded(shown) : { alike: [], single: shown };
  if (alike.length > 0) card.sections.push(together(alike));
  if (rest.length > 0) card.sections.push(table(rest));
  if (strangers.length > 0) card.sections.push(unknown(strangers));
  card.footer.push(`as of ${timeOfDay(answer.at)} UTC, every host asked live; \`host NAME\` tells more`);
  if (answer.notAsked.length > 0) card.footer.push(`Could not ask: ${list(answer.notAsked, 3)}`);
  return card;
}

function headline(rows: readonly Row[], trouble: readonly Row[]): string {
  const away = rows.filter(({ light }) => light === "info").length;
  const unsure = trouble.filter(({ light }) => light === "unknown").length;
  const counted = count(rows.length - away, "host");
  const parts = [
    ...(trouble.length > unsure ? [`${trouble.length - unsure} of ${counted} with trouble`] : []),
    ...(unsure > 0 ? [`${unsure} of ${counted} not fully known`] : []),
    ...(away > 0 ? [`${away} not counted`] : []),
  ];
  return trouble.length === 0 ? [`all ${counted} are fine`, ...parts].join(", ") : parts.join(", ");
}

function second(trouble: readonly Row[], strangers: HostsAnswer["strangers"]): string | undefined {
  const [first] = trouble;
  if (first) return `${namesOf(trouble.filter((row) => isAlike(row, first)))}: ${first.what}`;
  return strangers[0] && `${strangers[0].name} is not in the config: ${strangers[0].seen.join(", ")}`;
}

const isAlike = (a: Row, b: Row): boolean => a.light === b.light && a.what === b.what;
const namesOf = (rows: readonly Row[]): string =>
  list(
    rows.map(({ name }) => name),
    mostNames,
  );

/** Hosts of which so many have the same trouble are one line; the others keep their row. */
function folded(trouble: readonly Row[]): { alike: Row[][]; single: Row[] } {
  const kinds: Row[][] = [];
  for (const row of trouble) {
    const kind = kinds.find(([first]) => first !== undefined && isAlike(first, row));
    if (kind === undefined) kinds.push([row]);
    else kind.push(row);
  }
  return { alike: kinds.filter(({ length }) => length >= many), single: kinds.filter(({ length }) => length < many).flat() };
}

function together(alike: readonly Row[][]): Section {
  const lines = alike.slice(0, mostRows).map((rows): Line => {
    const names = rows.map(({ name }) => name);
    return {
      light: rows[0]?.light ?? "unknown",
      text: `${count(rows.length, "host")}: ${rows[0]?.what}`,
      detail: [list(names, mostListed)],
    };
  });
  return { kind: "lines", title: "the same on many", lines };
}

function table(rows: readonly Row[]): Section {
  return {
    kind: "table",
    title: rows.length > mostRows ? `hosts (${mostRows} of ${rows.length}, worst first)` : "hosts",
    columns: [
      { title: "host" },
      { title: "role" },
      { title: "felix" },
      { title: "agent" },
      { title: "BGP", align: "right" },
      { title: "VMs", align: "right" },
      { title: "what" },
    ],
    rows: rows.slice(0, mostRows).map((row) => {
      const felix = row.felix === "none" ? "-" : row.felixAge === null ? row.felix : `${row.felix}, ${ago(row.felixAge)}`;
      const agent = row.agent === "none" && row.felix === "none" ? "-" : row.agent === "unknown" ? "?" : row.agent;
      const bgp = row.bgp ? `${row.bgp.up}/${row.bgp.of}` : "?";
      return [
        row.name,
        row.rack === null ? row.role : `${row.role} ${row.rack}`,
        felix,
        agent,
        bgp,
        String(row.vms ?? "?"),
        row.what ?? "-",
      ];
    }),
  };
}

/** By rack, and by role where hosts have none. */
function groups(rows: readonly Row[]): Section {
  const by = new Map<string, Row[]>();
  for (const row of rows) {
    const key = row.rack === null ? row.role : `rack ${row.rack}`;
    by.set(key, [...(by.get(key) ?? []), row]);
  }
  const sick = (of: readonly Row[]): Row[] => of.filter(({ light }) => light !== "ok" && light !== "info");
  const order = [...by].toSorted(
    ([a, one], [b, two]) => sick(two).length - sick(one).length || a.localeCompare(b, "en", { numeric: true }),
  );
  return {
    kind: "table",
    title: order.length > mostRows ? `groups (${mostRows} of ${order.length}, worst first)` : "groups",
    columns: [
      { title: "group" },
      { title: "hosts", align: "right" },
      { title: "fine", align: "right" },
      { title: "VMs", align: "right" },
      { title: "with trouble" },
    ],
    rows: order.slice(0, mostRows).map(([name, of]) => {
      const vms = of.reduce((sum, row) => sum + (row.vms ?? 0), 0);
      const names = sick(of).map((row) => row.name);
      return [name, String(of.length), String(of.filter(({ light }) => light === "ok").length), String(vms), list(names, 4) || "-"];
    }),
  };
}

function unknown(strangers: HostsAnswer["strangers"]): Section {
  return {
    kind: "lines",
    title: "not in config",
    lines: strangers.slice(0, 12).map(({ name, seen, alive }) => ({ light: alive ? "warn" : "info", text: `${name}: ${seen.join(", ")}` })),
  };
}
