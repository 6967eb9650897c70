import { timeOfDay } from "../contract/times.js";
import { type View, view } from "../contract/view.js";
import type { CliAnswer } from "./openstack-cli.js";
import { count } from "./say.js";

const mostShown = 100;

/** The program's own columns, with how many rows there are in the first line. */
export function cliCard({ at, line, columns, rows, single, total }: CliAnswer): View {
  const card = view("info", `\`openstack ${line}\`: ${single ? count(total, "field") : count(total, "row")}`);
  const shown = rows.slice(0, mostShown);
  if (shown.length > 0)
    card.sections.push({
      kind: "table",
      ...(shown.length < total ? { title: `${shown.length} of ${total} rows; a filter shows others` } : {}),
      columns: columns.map((title) => ({ title })),
      rows: shown,
    });
  card.footer.push(`as of ${timeOfDay(at)} UTC, as the bot's OpenStack user sees it`);
  return card;
}
