import { type View, view } from "../../contract/view.js";
import { asOf } from "../as-of.js";
import { count } from "../say.js";
import type { ExpectationsAnswer } from "./expectations.js";

type Row = ExpectationsAnswer["rows"][number];

/** Whether all is as expected, the first that is not by its ends; then every expectation. */
export function expectationsCard(answer: ExpectationsAnswer): View {
  const { cluster, rows } = answer;
  const failed = rows.filter(({ expected, allowed }) => allowed !== null && allowed !== expected);
  const open = rows.filter(({ allowed }) => allowed === null);
  const [first] = failed.length > 0 ? failed : open;
  const light = failed.length > 0 ? "bad" : open.length > 0 ? "unknown" : "ok";
  const card = view(
    light,
    `${cluster}: ${first === undefined ? `all ${count(rows.length, "verdict")} as expected` : said(first)}`,
    size(rows, { failed, open }),
  );
  card.sections.push({
    kind: "table",
    title: "expected and found",
    columns: [{ title: "from" }, { title: "to" }, { title: "what" }, { title: "expected" }, { title: "found" }, { title: "by" }],
    rows: rows.map((row) => [row.from, row.to, row.service, word(row.expected), found(row), row.reason]),
  });
  card.footer.push(`${asOf(answer)}; for new connections: established ones go on whatever the policies say`);
  return card;
}

const word = (allowed: boolean | null): string => (allowed === null ? "uncertain" : allowed ? "allowed" : "dropped");
const found = ({ expected, allowed }: Row): string => `${word(allowed)}${expected === allowed ? "" : " (not as expected)"}`;

function said({ from, to, service, expected, allowed }: Row): string {
  return `${service} from "${from}" to "${to}" is ${word(allowed)}, expected ${word(expected)}`;
}

function size(rows: readonly Row[], { failed, open }: { failed: readonly Row[]; open: readonly Row[] }): string {
  const good = rows.length - failed.length - open.length;
  return `${good} of ${count(rows.length, "verdict")} as expected, ${failed.length} not, ${open.length} uncertain`;
}
