import { changesCsv } from "../../calico/effect/csv.js";
import { type Light, type Line, type View, view } from "../../contract/view.js";
import { count } from "../say.js";
import { changesPicture } from "./changes-picture.js";
import type { PreviewAnswer, PreviewRow } from "./preview.js";

/** Rows said in full; the table below has the others. */
const inWords = 5;

/** What an edit would do, worst first; that nothing was changed is said too. */
export function previewCard(answer: PreviewAnswer): View {
  const { cluster, rows, steps, endpoints, warnings, doubts, troubles, revision } = answer;
  const card = view(lightOf(answer), `${cluster}: ${headline(answer)}`, steps.slice(0, 3).map(stepText).join(", "));
  if (steps.length > 3) card.verdict.detail = `${card.verdict.detail} and ${steps.length - 3} more`;
  if (rows.length > 0) card.sections.push({ kind: "lines", lines: rows.slice(0, inWords).map(lineOf) });
  if (rows.length > inWords) card.sections.push(tableOf(rows.slice(inWords)));
  if (endpoints.length > 0)
    card.sections.push({
      kind: "lines",
      title: "Endpoints that only one side has; their connections are not compared",
      lines: endpoints.map(({ kind, endpoint }) => ({ text: `${endpoint} ${kind === "appeared" ? "would appear" : "would vanish"}` })),
    });
  const notes = [...warnings, ...doubts.map((text) => `${text}; calicoctl decides`), ...troubles];
  if (notes.length > 0)
    card.sections.push({ kind: "lines", title: "To be looked at", lines: notes.map((text) => ({ light: "warn", text })) });
  card.footer.push(`nothing was changed; judged at revision ${revision}; connections that are already open are not cut`);
  attach(card, answer);
  return card;
}

/** The picture and the table of all rows. */
export function attach(card: View, { cluster, rows, steps }: Pick<PreviewAnswer, "cluster" | "rows" | "steps">): void {
  const picture = changesPicture(`${cluster}: ${steps.map(stepText)[0] ?? "change"}`, rows);
  if (picture) card.picture = picture;
  if (rows.length > 0)
    card.csv = {
      name: "changes.csv",
      text: changesCsv(rows.map((row) => ({ ...row, risks: row.risks.map((text) => ({ text, weight: 0 })) }))),
    };
}

/** `create GlobalNetworkPolicy "web"`. */
const stepText = ({ action, object }: PreviewAnswer["steps"][number]): string => `${action} ${object.replace(/ (.+)$/, ' "$1"')}`;

function lightOf({ count: { gained, lost, uncertain }, rows }: PreviewAnswer): Light {
  if (rows.some(({ risks }) => risks.length > 0)) return "bad";
  if (lost > 0 || gained > 0) return "warn";
  return uncertain > 0 ? "unknown" : "ok";
}

/** What is lost and opened, by the heaviest of each. */
function headline({ rows, count: { gained, lost, uncertain } }: PreviewAnswer): string {
  if (gained + lost + uncertain === 0) return "this changes no connection";
  const first = (kind: PreviewRow["kind"], verb: string, number: number): string[] => {
    const row = rows.find((one) => one.kind === kind);
    const more = number > 1 ? ` (+${number - 1} more)` : "";
    return row
      ? [`${verb} ${row.services} from “${row.from.text}” to “${row.to.text}”${more}`]
      : number > 0
        ? [`${verb} ${number} more`]
        : [];
  };
  const cuts = first("lost", "cuts", lost);
  const opens = first("gained", "opens", gained);
  const doubt = uncertain > 0 ? [`${count(uncertain, "change")} uncertain`] : [];
  return [...(cuts.length > 0 ? cuts : ["cuts nothing"]), ...(opens.length > 0 ? opens : ["opens nothing"]), ...doubt].join("; ");
}

const signs = { gained: "+", lost: "−", uncertain: "?" } as const;
const lights = { gained: "warn", lost: "warn", uncertain: "unknown" } as const;

/** A group of connections in words, with one that shows it. */
export function lineOf({ kind, from, to, services, risks, reasons, witness }: PreviewRow): Line {
  const { src, dst, protocol, dstPort, before, after } = witness;
  const port = dstPort === null ? "" : `/${dstPort}`;
  return {
    light: risks.length > 0 ? "bad" : lights[kind],
    text: `${signs[kind]} ${from.text} → ${to.text}: ${services}${risks.length > 0 ? ` (${risks.join("; ")})` : ""}`,
    detail: [
      ...(reasons.length > 0 ? [`uncertain: ${reasons.join("; ")}`] : []),
      `for example ${src} → ${dst} ${protocol}${port}: ${before}; then ${after}`,
    ],
  };
}

function tableOf(rows: readonly PreviewRow[]): View["sections"][number] {
  return {
    kind: "table",
    title: "Also",
    columns: [{ title: "" }, { title: "FROM" }, { title: "TO" }, { title: "WHAT" }, { title: "FOR EXAMPLE" }],
    rows: rows.map(({ kind, from, to, services, witness }) => [
      signs[kind],
      from.text,
      to.text,
      services,
      `${witness.src} → ${witness.dst}`,
    ]),
  };
}
