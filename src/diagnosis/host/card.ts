import { timeOfDay } from "../../contract/times.js";
import { type Section, type View, view, worst } from "../../contract/view.js";
import { ago, count, list } from "../say.js";
import type { HostAnswer } from "./answer.js";

const shownSessions = 20;

/** What is wrong first, with sources against each other; then what each source says. */
export function hostCard(answer: HostAnswer): View {
  const [first, ...others] = answer.findings;
  const light = worst(answer.findings.map((finding) => finding.light));
  const name = answer.maintenance ? `${answer.host} (maintenance)` : answer.host;
  const more = others.length > 0 ? ` (+${others.length} more)` : "";
  const card = first ? view(light, `${name}: ${first.text}${more}`, fine(answer)) : healthy(answer, name);
  if (answer.findings.length > 0) {
    card.sections.push({
      kind: "lines",
      title: "what is wrong, or said differently by two sources",
      lines: answer.findings.slice(0, 8).map((found) => ({ light: found.light, text: found.text, detail: found.detail })),
    });
  }
  card.sections.push({ kind: "facts", title: "this host", facts: [...identity(answer), ...answer.machine] });
  if (answer.units.length > 0) card.sections.push(units(answer));
  if (answer.sessions.length > 0) card.sections.push(sessions(answer));
  card.footer.push(...small(answer));
  return card;
}

function healthy(answer: HostAnswer, name: string): View {
  if (answer.notAsked.length > 0) return view("unknown", `${name}: nothing wrong in what could be asked`, fine(answer));
  return view("ok", `${name} is fine`, fine(answer));
}

/** The numbers, whatever is wrong beside them. */
function fine(answer: HostAnswer): string {
  const { felix, ports, sessions: links } = answer;
  const up = links.filter((session) => session.up).length;
  const parts = [
    ...(answer.expectsFelix ? [felix === null ? "no felix key" : `felix key ${ago(felix)} old`] : []),
    `BGP ${up}/${links.length}`,
    ...(ports ? [`${count(ports.all, "VM port")}, ${ports.up} up`] : []),
  ];
  return parts.join(" · ");
}

function identity(answer: HostAnswer): { label: string; value: string }[] {
  const { address, role, rack, bird, agents } = answer;
  const as = [...new Set(bird.flatMap((daemon) => daemon.as ?? []))];
  const said = agents.map(
    ({ binary, alive, adminUp, beat }) =>
      `${binary} ${alive ? "alive" : "dead"}${adminUp ? "" : ", admin down"}${beat === null ? "" : `, ${ago(beat)} ago`}`,
  );
  return [
    { label: "address", value: address },
    { label: "role", value: rack === null ? role : `${role}, rack ${rack}` },
    ...(as.length > 0 ? [{ label: "AS", value: list(as.map(String)) }] : []),
    ...bird.map(({ family, version, routerId, routes }) => ({
      label: family === 6 ? "BIRD for IPv6" : "BIRD",
      value: `${version ?? "version unknown"}, router id ${routerId ?? "?"}, ${routes ?? "?"} routes`,
    })),
    ...(said.length > 0 ? [{ label: "Neutron says", value: list(said) }] : []),
  ];
}

function units({ units: rows }: HostAnswer): Section {
  return {
    kind: "table",
    title: "units",
    columns: [{ title: "unit" }, { title: "state" }, { title: "for" }, { title: "restarts", align: "right" }, { title: "last end" }],
    rows: rows.map(({ name, state, since, restarts, end }) => [
      name,
      state,
      since === null ? "?" : ago(since),
      String(restarts ?? "?"),
      end ?? "-",
    ]),
  };
}

function sessions({ sessions: rows }: HostAnswer): Section {
  const order = rows.toSorted((a, b) => Number(a.up) - Number(b.up));
  return {
    kind: "table",
    title: rows.length > shownSessions ? `BGP sessions (${shownSessions} of ${rows.length}, those down first)` : "BGP sessions",
    columns: [{ title: "with" }, { title: "here" }, { title: "there" }, { title: "since" }, { title: "why" }],
    rows: order.slice(0, shownSessions).map(({ far, here, there, since, why }) => [far, here, there ?? "not read", since, why ?? "-"]),
  };
}

function small({ at, notAsked }: HostAnswer): string[] {
  const lines = [`as of ${timeOfDay(at)} UTC, asked live: the host, its far ends, etcd, Neutron`];
  if (notAsked.length > 0)
    lines.push(
      `Could not ask: ${list(
        notAsked.map(({ what, why }) => `${what} (${why})`),
        4,
      )}`,
    );
  return lines;
}
