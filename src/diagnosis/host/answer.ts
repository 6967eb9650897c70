import { z } from "zod";
import { minuteOf } from "../../contract/times.js";
import { Finding, sorted } from "../finding.js";
import { isUp, type Link, reasonOf } from "../links.js";
import { endOf, felixFindings } from "./felix.js";
import type { HostFacts } from "./gather.js";
import { machineFindings, portFindings } from "./machine.js";
import { hostLinks, routingFindings } from "./routing.js";

const Fact = z.object({ label: z.string(), value: z.string() });

/** One host from every source that knows it. */
export const HostAnswer = z.object({
  cluster: z.string(),
  host: z.string(),
  address: z.string(),
  role: z.string(),
  rack: z.string().nullable(),
  maintenance: z.boolean(),
  at: z.number(),
  findings: z.array(Finding),
  /** Milliseconds since felix' key; null = none, or not read. */
  felix: z.number().nullable(),
  expectsFelix: z.boolean(),
  bird: z.array(
    z.object({
      family: z.number(),
      version: z.string().nullable(),
      routerId: z.string().nullable(),
      as: z.number().nullable(),
      routes: z.number().nullable(),
    }),
  ),
  sessions: z.array(
    z.object({
      far: z.string(),
      up: z.boolean(),
      here: z.string(),
      there: z.string().nullable(),
      since: z.string(),
      why: z.string().nullable(),
    }),
  ),
  ports: z.object({ all: z.number(), up: z.number() }).nullable(),
  agents: z.array(z.object({ binary: z.string(), alive: z.boolean(), adminUp: z.boolean(), beat: z.number().nullable() })),
  units: z.array(
    z.object({
      name: z.string(),
      state: z.string(),
      since: z.number().nullable(),
      restarts: z.number().nullable(),
      end: z.string().nullable(),
    }),
  ),
  machine: z.array(Fact),
  /** Parts that gave no answer, with the reason. */
  notAsked: z.array(z.object({ what: z.string(), why: z.string() })),
});
export type HostAnswer = z.infer<typeof HostAnswer>;

/** The facts as the answer that is sent and shown; what sources say against each other stands as findings. */
export function hostAnswer(facts: HostFacts): HostAnswer {
  const { host, cluster, at, records, agents } = facts;
  const read = records.ok ? records.value : null;
  const { name, address, role, rack = null, maintenance, felix } = host;
  const rows = agents?.ok ? agents.value.agents.filter((agent) => agent.host === name) : [];
  return {
    cluster: cluster.name,
    host: name,
    ...{ address, role, rack, maintenance, at },
    findings: sorted([...machineFindings(facts), ...routingFindings(facts), ...felixFindings(facts), ...portFindings(facts)]),
    felix: read?.alive ?? null,
    expectsFelix: felix,
    bird: daemonsOf(facts),
    sessions: hostLinks(facts).map((link) => sessionOf(link, name)),
    ports: read && { all: read.ports.length, up: read.ports.filter((port) => read.statuses.get(port) === "up").length },
    agents: rows.map(({ binary, alive, adminUp, heartbeatAt }) => ({
      binary,
      alive,
      adminUp,
      beat: heartbeatAt === null ? null : at - heartbeatAt,
    })),
    units: unitsOf(facts),
    machine: machineOf(facts),
    notAsked: notAsked(facts),
  };
}

/** BIRD 1 does not print its own AS number; what its peers expect of it does, while they are Established. */
function asByFarEnds(facts: HostFacts): number | null {
  const far = hostLinks(facts).map(({ ends, sessions }) => sessions[ends[0] === facts.host.name ? 1 : 0]);
  return far.find((session) => session?.established && session.neighborAs !== null)?.neighborAs ?? null;
}

function daemonsOf(facts: HostFacts): HostAnswer["bird"] {
  const reading = facts.birds.get(facts.host.name);
  if (!reading?.ok) return [];
  const told = asByFarEnds(facts);
  return reading.value.daemons.map(({ family, version, routerId, sessions, routes }) => {
    const as = sessions.find(({ localAs }) => localAs !== null)?.localAs ?? null;
    return { family, version, routerId, as: as ?? told, routes: routes?.total ?? null };
  });
}

function sessionOf(link: Link, name: string): HostAnswer["sessions"][number] {
  const own = link.ends[0] === name ? 0 : 1;
  const [here, there] = [link.sessions[own], link.sessions[1 - own]];
  const up = isUp(link);
  return {
    far: `${link.ends[1 - own]}${link.family === 6 ? " v6" : ""}`,
    up,
    here: here ? (here.disabled ? "disabled" : (here.bgp ?? here.state)) : "no such session",
    there: there ? (there.disabled ? "disabled" : (there.bgp ?? there.state)) : link.read[1 - own] ? "no such session" : null,
    since: here?.since ?? there?.since ?? "?",
    why: up ? null : reasonOf(link),
  };
}

const belongs = (name: string, { felix }: HostFacts["host"]): boolean => name === "bird" || (name === "calico-felix" && felix);

function unitsOf({ host, machine }: HostFacts): HostAnswer["units"] {
  if (!machine?.ok) return [];
  // Installed and never started says nothing, unless it is one that belongs there.
  const units = (machine.value.units ?? []).filter(
    ({ name, state, since }) => state !== "inactive" || since !== null || belongs(name, host),
  );
  return units.map((unit) => ({
    name: unit.name,
    state: unit.state === unit.sub ? unit.state : `${unit.state} (${unit.sub})`,
    since: unit.since === null || machine.value.now === null ? null : machine.value.now - unit.since,
    restarts: unit.restarts,
    end: unit.exit === null ? null : endOf(unit),
  }));
}

function machineOf({ machine }: HostFacts): HostAnswer["machine"] {
  if (!machine?.ok) return [];
  const { kernel, bootedAt, packages, forwarding, addresses, uplink, conntrack, taps } = machine.value;
  const onOff = (value: boolean | null): string => (value === null ? "?" : value ? "on" : "off");
  const facts: [string, string | null][] = [
    ["kernel", kernel],
    ["booted", bootedAt === null ? null : `${minuteOf(bootedAt)} UTC`],
    [
      "addresses",
      addresses
        .slice(0, 6)
        .map(({ device, address, length }) => `${device} ${address}/${length}`)
        .join(", "),
    ],
    ["uplink", uplink && `${uplink.device}, MTU ${uplink.mtu}`],
    ["forwarding", `IPv4 ${onOff(forwarding.v4)}, IPv6 ${onOff(forwarding.v6)}`],
    ["conntrack", conntrack && `${conntrack.count} of ${conntrack.max}`],
    ["taps", `${taps.up.length} up, ${taps.down.length} down`],
    ["packages", packages.map(({ name, version }) => `${name} ${version}`).join(", ")],
  ];
  return facts.flatMap(([label, value]) => (value === null || value === "" ? [] : [{ label, value }]));
}

function notAsked({ host, birds, records, agents }: HostFacts): HostAnswer["notAsked"] {
  const far = [...birds].filter(([name]) => name !== host.name).map(([what, answer]) => ({ what, answer }));
  const hidden = agents?.ok && !agents.value.visible ? [{ what: "Neutron's agents", why: "the bot's user may not see them" }] : [];
  const ssh = host.ssh ? [] : [{ what: host.name, why: "the bot does not log in there" }];
  const parts = [{ what: "etcd", answer: records }, { what: "Neutron", answer: agents }, ...far];
  return [...ssh, ...hidden, ...parts.flatMap(({ what, answer }) => (answer && !answer.ok ? [{ what, why: answer.failure.message }] : []))];
}
