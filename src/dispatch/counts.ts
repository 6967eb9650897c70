import type { Section, View } from "../contract/view.js";

/**
 * What a channel without full detail may see: the verdict with names and addresses masked, and how many rows are behind it.
 * Whatever is not known to be harmless is left out.
 */
export function countsOnly(full: View, names: readonly string[]): View {
  const hide = masker(names);
  const verdict: View["verdict"] = { light: full.verdict.light, text: hide(full.verdict.text) };
  if (full.verdict.detail !== undefined) verdict.detail = hide(full.verdict.detail);
  const lines = full.sections.filter((section) => section.kind !== "code").map((section) => ({ text: countOf(section, hide) }));
  const kept: View = {
    verdict,
    sections: lines.length === 0 ? [] : [{ kind: "lines", lines }],
    footer: ["numbers only: names are shown in channels configured for full detail"],
    actions: full.actions.filter((action) => !action.line.startsWith("raw ")),
  };
  if (full.again !== undefined) kept.again = full.again;
  return kept;
}

function countOf(section: Section, hide: (text: string) => string): string {
  const rows =
    section.kind === "lines" ? section.lines : section.kind === "facts" ? section.facts : section.kind === "table" ? section.rows : [];
  return `${section.title === undefined ? "more" : hide(section.title)}: ${rows.length} ${rows.length === 1 ? "line" : "lines"}`;
}

/** Addresses, MACs, UUIDs, quoted names and the hosts of the config. */
function masker(names: readonly string[]): (text: string) => string {
  const escaped = names.toSorted((a, b) => b.length - a.length).map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const hosts = escaped.length === 0 ? null : new RegExp(`(?<![\\w-])(?:${escaped.join("|")})(?![\\w-])`, "gi");
  return (text) => {
    const masked = text
      .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "…")
      .replace(/\b\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?\b/g, "…")
      .replace(/(?<![\w:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?:\/\d{1,3})?(?![\w:])/gi, (found) =>
        /^\d\d:\d\d:\d\d$/.test(found) ? found : "…",
      )
      .replace(/["`“][^"`”]*["`”]/g, "…");
    return hosts === null ? masked : masked.replace(hosts, "…");
  };
}
