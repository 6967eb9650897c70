import { failures } from "../../src/contract/failure.js";

/** docs/failures.md, made from the registry. */
export function failuresPage(): string {
  const rows = Object.entries(failures).map(
    ([code, { title, hint, for: mender, retry }]) => `| \`${code}\` | ${title} | ${hint} | ${mender} | ${retry ? "yes" : "no"} |`,
  );
  return [
    "# Failures",
    "",
    "Every way a request can fail. A card shows the sentence of the place that failed, and the next step given there or here.",
    "",
    "| code | what happened | next step | who can mend it | worth asking again |",
    "|---|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}
