import { timeOfDay } from "../../contract/times.js";
import { type Section, type View, view } from "../../contract/view.js";
import { unreadableSection } from "../unreadable.js";
import type { RoutesAnswer } from "./answer.js";
import type { Path, Reach } from "./reach.js";

/** Owner, announcer, what each asked host does, and every path with what BGP says of it. */
export function routesCard(answer: RoutesAnswer): View {
  const { light, text, detail, notes } = answer.verdict;
  const card = view(light, text, detail === "" ? undefined : detail);
  if (notes.length > 0) card.sections.push({ kind: "lines", title: "what is known", lines: notes.map((note) => ({ text: note })) });
  card.sections.push(...unreadableSection(answer.unreadable));
  if (answer.holders.length > 0) card.sections.push(ports(answer));
  if (answer.reaches.length > 0) card.sections.push(reaches(answer.reaches));
  const paths = answer.reaches.flatMap((reach) => reach.paths.map((path) => pathRow(reach, path)));
  if (paths.length > 0) card.sections.push(pathTable(paths));
  const asked = answer.node === null ? "owner, reflectors and a few sampled hosts asked" : `only ${answer.node} asked`;
  card.footer.push(`as of ${timeOfDay(answer.at)} UTC, ${asked}; since = the host's own clock`);
  return card;
}

function ports({ holders }: RoutesAnswer): Section {
  return {
    kind: "table",
    title: "whose it is, by etcd",
    columns: [{ title: "host" }, { title: "VM" }, { title: "project" }, { title: "device" }, { title: "port" }],
    rows: holders.map(({ host, vm, instance, project, device, port }) => [host, vm ?? instance, project ?? "-", device, port]),
  };
}

const ways: Readonly<Record<Reach["how"], string>> = {
  local: "own device",
  via: "to",
  refused: "refused by kernel, to",
  unreachable: "unreachable",
  blackhole: "blackhole",
  wider: "wider network",
  default: "default route",
  none: "no route",
  silent: "no answer",
  unread: "no answer",
};

function reaches(rows: readonly Reach[]): Section {
  return {
    kind: "table",
    title: "what each host does",
    columns: [{ title: "host" }, { title: "asked as" }, { title: "BIRD" }, { title: "kernel" }],
    rows: rows.map((reach) => {
      const to = reach.to === null ? (reach.paths[0]?.device ?? "") : reach.to;
      const bird = reach.why === null ? `${ways[reach.how]} ${to}`.trim() : reach.why;
      const inside = reach.inside === null ? "" : `, ${reach.inside} inside`;
      return [reach.host, reach.role, bird + inside, `${reach.kernel ?? "?"}${reach.differs ? " (differs)" : ""}`];
    }),
  };
}

function pathRow(reach: Reach, path: Path): string[] {
  const to = path.kind === "unicast" ? `${path.to ?? "here"} (${path.device ?? "?"})` : path.kind;
  const from = path.from === null || path.from === path.to ? "" : ` from ${path.from}`;
  const numbers = [
    ...(path.preference === null ? [] : [`pref ${path.preference}`]),
    ...(path.localPref === null ? [] : [`local_pref ${path.localPref}`]),
    ...(path.metric === null ? [] : [`metric ${path.metric}`]),
    ...(path.asPath ? [`AS ${path.asPath}`] : []),
  ];
  const mark = path.refused ? "!" : path.best ? "*" : "";
  return [reach.host, mark, path.prefix, to, `${path.protocol}${from}`, path.since, numbers.join(", ")];
}

const most = 30;

function pathTable(rows: string[][]): Section {
  return {
    kind: "table",
    title:
      rows.length > most
        ? `paths in BIRD (${most} of ${rows.length}; \`*\` selected, \`!\` refused by the kernel)`
        : "paths in BIRD (`*` selected, `!` refused by the kernel)",
    columns: [
      { title: "host" },
      { title: "" },
      { title: "prefix" },
      { title: "to" },
      { title: "protocol" },
      { title: "since" },
      { title: "numbers" },
    ],
    rows: rows.slice(0, most),
  };
}
