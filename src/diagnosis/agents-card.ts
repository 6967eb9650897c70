import { timeOfDay } from "../contract/times.js";
import { type Section, type View, view, worst } from "../contract/view.js";
import type { AgentRow, AgentsAnswer } from "./agents.js";
import { sayRecent } from "./recent-ports.js";
import { ago, count, list } from "./say.js";

const shownRows = 40;

/** Agents and whether new VMs get a network; what could not be seen is never called none. */
export function agentsCard(answer: AgentsAnswer): View {
  const light = worst([...answer.findings.map((found) => found.light), ...(answer.unasked === null ? [] : ["unknown" as const])]);
  const card = view(light, `${answer.cluster}: ${headline(answer)}`, second(answer));
  if (answer.findings.length > 0)
    card.sections.push({
      kind: "lines",
      title: "what is wrong",
      lines: answer.findings.slice(0, 8).map(({ light: lamp, text, detail }) => ({ light: lamp, text, detail })),
    });
  card.sections.push(table(answer), { kind: "lines", title: "Neutron", lines: neutron(answer).map((text) => ({ text })) });
  card.footer.push(`as of ${timeOfDay(answer.at)} UTC`);
  if (answer.notAsked.length > 0) card.footer.push(`Could not ask: ${list(answer.notAsked.map(({ what, why }) => `${what} (${why})`))}`);
  return card;
}

function headline(answer: AgentsAnswer): string {
  if (answer.unasked !== null) return `Neutron could not be asked: ${answer.unasked.message}`;
  if (!answer.visible) return `the bot's OpenStack user may not see agents (roles: ${answer.roles.join(", ") || "none"})`;
  const rows = answer.rows.filter(({ agent }) => agent !== null);
  const alive = rows.filter(({ agent }) => agent?.alive).length;
  const ages = rows.flatMap(({ agent }) => (agent === null || agent.age === null ? [] : [agent.age]));
  const oldest = ages.length > 0 ? `, oldest heartbeat ${ago(Math.max(...ages))}` : "";
  const [first, ...others] = answer.findings;
  if (rows.length === 0) return "Neutron has no felix agent at all";
  const numbers = `${alive} of ${count(rows.length, "felix agent")} alive${oldest}`;
  return first ? `${first.text}${others.length > 0 ? ` (+${others.length} more)` : ""}` : numbers;
}

/** The question behind the question. */
function second(answer: AgentsAnswer): string {
  const { ports, unasked } = answer;
  const keys = answer.rows.filter(({ felix }) => felix === "fresh" || felix === "late").length;
  const felix = answer.notAsked.some(({ what }) => what === "etcd")
    ? "felix' keys not read"
    : `felix' own keys: ${keys} of ${answer.rows.length}`;
  if (unasked !== null) return `${felix}; ${unasked.hint}`;
  if (ports === null) return `${felix}; whether new VMs get a network is not known`;
  const bad = ports.stuck.length + ports.failed.length;
  if (ports.hidden || !answer.visible) return `${felix}; ${sayRecent(ports)}`;
  const word =
    bad === 0 ? "Yes, new VMs get a network" : ports.active > 0 ? "Not every new VM gets a network" : "No, new VMs get no network";
  return ports.total === 0 ? `No VM port was made or changed in the last 15 min; ${felix}` : `${word}: ${sayRecent(ports)}`;
}

function table({ rows, visible, unasked }: AgentsAnswer): Section {
  const seen = visible && unasked === null;
  return {
    kind: "table",
    title: rows.length > shownRows ? `agents (${shownRows} of ${rows.length}, worst first)` : "agents",
    columns: [
      { title: "host" },
      { title: "Neutron says" },
      { title: "heartbeat", align: "right" },
      { title: "felix key" },
      { title: "config" },
    ],
    rows: rows.slice(0, shownRows).map((row) => [row.host, seen ? said(row) : "not seen", beat(row), key(row), place(row)]),
  };
}

function said({ agent }: AgentRow): string {
  if (agent === null) return "no agent";
  return `${agent.alive ? "alive" : "dead"}${agent.adminUp ? "" : ", admin down"}`;
}

const beat = ({ agent }: AgentRow): string => (agent === null || agent.age === null ? "-" : ago(agent.age));
const key = ({ felix, felixAge }: AgentRow): string => (felixAge === null ? felix : `${felix}, ${ago(felixAge)}`);
const place = ({ inConfig, maintenance }: AgentRow): string => (inConfig ? (maintenance ? "maintenance" : "yes") : "not in config");

function neutron({ master, masterKey, notAsked, ports, others }: AgentsAnswer): string[] {
  const unread = notAsked.some(({ what }) => what === "etcd");
  const lines = [unread ? "master: etcd could not be read" : `master ${master ?? "nobody"} (${masterKey})`];
  if (ports !== null) lines.push(`new VM ports: ${sayRecent(ports)}, ${ports.active} active, ${ports.waiting} waiting or off`);
  if (others.length > 0) lines.push(`other agents: ${list(others.map(({ text, alive }) => `${text} ${alive ? "alive" : "dead"}`))}`);
  lines.push("calico-dhcp-agent never reports to Neutron: its health is its unit on the host");
  return lines;
}
