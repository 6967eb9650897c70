import { type Light, type Line, type View, view } from "../../contract/view.js";
import { asOf } from "../as-of.js";
import { count } from "../say.js";
import type { ReachAnswer } from "./reach.js";

type Row = ReachAnswer["rows"][number];

/** Rows said in full; the table below has the others. */
const inWords = 8;

/** Who may reach it, then by what, then who may not. */
export function reachCard(answer: ReachAnswer): View {
  const { cluster, rows, more, troubles, range } = answer;
  const card = view(lightOf(answer), `${cluster}: ${headline(answer)}`, second(answer));
  if (rows.length > 0) card.sections.push({ kind: "lines", lines: rows.slice(0, inWords).map((row) => lineOf(row, answer)) });
  if (rows.length > inWords)
    card.sections.push({
      kind: "table",
      title: more > 0 ? `and ${count(more, "more group")} that do not fit` : "and",
      columns: [{ title: "from" }, ...(range ? [{ title: "to" }] : []), { title: "what" }, { title: "e.g." }, { title: "by" }],
      rows: rows.slice(inWords).map((row) => [row.from.text, ...(range ? [row.to.text] : []), what(row), pair(row), row.witness.by]),
    });
  if (troubles.length > 0)
    card.sections.push({
      kind: "lines",
      title: "not as it should be",
      lines: troubles.slice(0, 8).map((text) => ({ light: "unknown", text })),
    });
  card.footer.push(
    `${asOf(answer)}; for new connections: established ones go on whatever the policies say; a VM's own host always reaches it`,
  );
  return card;
}

function lightOf({ rows, reaching }: ReachAnswer): Light {
  if (rows.some(({ certain }) => !certain)) return "unknown";
  return reaching === null ? "bad" : "ok";
}

const target = ({ to, service }: ReachAnswer): string => `${to}${service === null ? "" : ` on ${service}`}`;

function headline(answer: ReachAnswer): string {
  const { reaching, rows } = answer;
  const open = rows.filter(({ certain }) => !certain).length;
  const maybe = open > 0 ? `, ${open === 1 ? "1 group is" : `${open} groups are`} uncertain` : "";
  return `${reaching === null ? "NOBODY" : reaching.text} may reach ${target(answer)}${maybe}`;
}

function second({ dropped, judged, to, reaching }: ReachAnswer): string {
  const rest = dropped === null ? (reaching === null ? [] : ["nobody else is left"]) : [`dropped: ${dropped.text}`];
  const outside = judged ? [] : [`${to} is no endpoint of Calico: only who leaves for it is judged`];
  return [...rest, ...outside, "policy only: the path (route, MTU, guest) is not judged"].join("; ");
}

const what = ({ services, certain }: Row): string => (certain ? services : `${services} (uncertain)`);
const pair = ({ witness: { src, dst, protocol, dstPort } }: Row): string =>
  `${src} -> ${dst} ${protocol}${dstPort === null ? "" : `/${dstPort}`}`;

function lineOf(row: Row, { range, service }: ReachAnswer): Line {
  const { certain, from, to, reasons, witness } = row;
  const on = service === null || !certain ? `: ${what(row)}` : "";
  return {
    light: certain ? "ok" : "unknown",
    text: `${from.text}${range ? ` to ${to.text}` : ""}${on}`,
    detail: [`e.g. ${pair(row)}: ${witness.by}`, ...(reasons.length > 0 ? [`uncertain: ${reasons.join("; ")}`] : [])],
  };
}
