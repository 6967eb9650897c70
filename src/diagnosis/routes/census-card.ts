import { timeOfDay } from "../../contract/times.js";
import { type Light, type Section, type View, view } from "../../contract/view.js";
import { count, list } from "../say.js";
import type { RouteCensus } from "./census.js";

const most = 30;

/** Differences between reflectors first, then hosts with suspiciously few routes, then the counts. */
export function censusCard(census: RouteCensus): View {
  const { light, text } = headline(census);
  const read = census.hosts.filter(({ networks }) => networks !== null).length;
  const card = view(light, `${census.cluster}: ${text}`, `${read} of ${count(census.hosts.length, "host")} counted`);
  const { differences } = census.reflectors;
  if (differences.length > 0) {
    card.sections.push({
      kind: "lines",
      title: "reflectors differ",
      lines: differences.slice(0, most).map(({ prefix, by }) => ({
        text: `${prefix}: ${by.map(({ reflector, to }) => `${reflector} ${to === null ? "has no route" : `to ${to}`}`).join(", ")}`,
      })),
    });
  }
  card.sections.push(table(census));
  card.footer.push(`as of ${timeOfDay(census.at)} UTC; \`routes IP\` tells who owns and announces one address`);
  return card;
}

function headline(census: RouteCensus): { light: Light; text: string } {
  const { names, differences, networks } = census.reflectors;
  const few = census.hosts.filter((row) => row.few !== null).map((row) => `${row.name} has ${row.networks} networks, its like ${row.few}`);
  const differ = differences.length > 0 ? [`${list(names)} differ in ${count(differences.length, "network")}`] : [];
  const wrong = [...differ, ...(few.length > 0 ? [list(few, 3)] : [])];
  if (wrong.length > 0) return { light: "warn", text: wrong.join("; ") };
  const agree = [
    "no reflector to compare",
    `${names[0]} has ${count(networks, "network")} from BGP`,
    `${names.join(" and ")} have the same ${count(networks, "network")}`,
  ][Math.min(names.length, 2)];
  const missing = uncounted(census);
  if (missing.length > 0) return { light: "unknown", text: `${agree}; ${list(missing)} could not be counted` };
  return { light: "ok", text: agree ?? "" };
}

function uncounted({ hosts, reflectors }: RouteCensus): string[] {
  const lost = hosts.filter((row) => !row.maintenance && row.networks === null && row.why !== "not logged into");
  return [...new Set([...reflectors.unread.map(({ name }) => name), ...lost.map(({ name }) => name)])];
}

function table({ hosts }: RouteCensus): Section {
  const order = hosts.toSorted(
    (a, b) =>
      Number(b.few !== null) - Number(a.few !== null) ||
      Number(a.networks !== null) - Number(b.networks !== null) ||
      Number(b.role === "reflector") - Number(a.role === "reflector") ||
      a.name.localeCompare(b.name, "en", { numeric: true }),
  );
  return {
    kind: "table",
    title: order.length > most ? `routes per host (${most} of ${order.length})` : "routes per host",
    columns: [
      { title: "host" },
      { title: "role" },
      { title: "networks", align: "right" },
      { title: "paths", align: "right" },
      { title: "remark" },
    ],
    rows: order
      .slice(0, most)
      .map((row) => [
        row.name,
        row.role,
        String(row.networks ?? "?"),
        String(row.routes ?? "?"),
        [
          ...(row.maintenance ? ["maintenance"] : []),
          ...(row.few === null ? [] : [`its like have ${row.few}`]),
          ...(row.why ? [row.why] : []),
        ].join(", ") || "-",
      ]),
  };
}
