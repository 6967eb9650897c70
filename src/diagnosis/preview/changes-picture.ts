import { mostGroups, type Picture } from "../../contract/picture.js";

/** Connections of one group to another that a change opens, cuts or leaves open. */
interface Drawn {
  kind: "gained" | "lost" | "uncertain";
  from: { text: string };
  to: { text: string };
  services: string;
}

/** Who gains and loses whom; null where nothing changes, or more groups would be drawn than anybody reads. */
export function changesPicture(title: string, rows: readonly Drawn[]): Picture | null {
  const changed = rows.filter(({ kind }) => kind !== "uncertain");
  const names = [...new Set(changed.flatMap(({ from, to }) => [from.text, to.text]))];
  if (changed.length === 0 || names.length > mostGroups) return null;
  const id = (name: string): string => String(names.indexOf(name));
  return {
    title,
    groups: names.map((name) => groupOf(id(name), name)),
    links: changed.map(({ kind, from, to, services }) => ({
      from: id(from.text),
      to: id(to.text),
      text: services,
      change: kind === "gained" ? ("gained" as const) : ("lost" as const),
    })),
  };
}

/** The count of endpoints, and what else is in the group, stands below the name. */
function groupOf(id: string, text: string): Picture["groups"][number] {
  const [, name, note, more = ""] = /^(.*?) \((\d+ endpoints?)\)(.*)$/.exec(text) ?? [];
  return name === undefined || note === undefined ? { id, name: text } : { id, name, note: `${note}${more}` };
}
