import { programVersion } from "../../contract/version.js";
import { type View, worst } from "../../contract/view.js";
import { asOf } from "../as-of.js";
import { finding } from "../finding.js";
import { findingsCard } from "../findings-card.js";
import { count, list } from "../say.js";
import type { VersionsAnswer } from "./versions.js";

/** Versions of everything that answered, what does not go together first. Made by the bot, which knows its own version. */
export function versionsCard(answer: VersionsAnswer): View {
  const { cluster, parts, worker, notAsked } = answer;
  const findings = [...skew(worker), ...answer.findings];
  const silent = notAsked.length > 0 ? `; ${count(notAsked.length, "part")} did not tell` : "";
  const card = findingsCard(cluster, findings, { healthy: `versions agree${silent}`, size: summary(answer) });
  card.verdict.light = worst([card.verdict.light, ...(notAsked.length > 0 ? ["unknown" as const] : [])]);
  card.sections.push({
    kind: "table",
    columns: [{ title: "part" }, { title: "version" }, { title: "where" }],
    rows: [
      ["bot", programVersion, "here"],
      ["worker", worker, cluster],
      ...parts.map(({ what, version, where }) => [what, version, where]),
    ],
  });
  if (notAsked.length > 0) card.footer.push(`Could not ask: ${list(notAsked, 4)}`);
  card.footer.push(asOf({ at: answer.at, revision: answer.revision }));
  return card;
}

function skew(worker: string): VersionsAnswer["findings"] {
  if (worker === programVersion) return [];
  const text = `the bot is ${programVersion}, the worker ${worker}`;
  return [
    finding({ id: "program:", light: "warn", text, detail: ["update the older one: answers of one may not be understood by the other"] }),
  ];
}

/** One of each, in a line. */
function summary({ parts }: VersionsAnswer): string {
  const kinds = [...new Set(parts.map(({ what }) => what))].filter((what) => what !== "policy keys");
  return kinds
    .map(
      (what) =>
        `${what} ${parts
          .filter((part) => part.what === what)
          .map(({ version }) => version.split(" (")[0])
          .join(" and ")}`,
    )
    .join(" · ");
}
