import type { Light } from "../../contract/view.js";
import { ago, list } from "../say.js";
import { type Announcer, announcers } from "./announcers.js";
import { prefixOf, textOf } from "./destination.js";
import type { RouteFacts } from "./facts.js";
import type { Holder } from "./holder.js";
import { sayOthers } from "./others.js";
import { type Reach, reachOf } from "./reach.js";

export interface Verdict {
  light: Light;
  text: string;
  detail: string;
  /** Evidence and next steps, a line each. */
  notes: string[];
}

/** Everything the sentences are made from. */
interface Case {
  facts: RouteFacts;
  what: string;
  holders: readonly Holder[];
  found: readonly Announcer[];
  reaches: readonly Reach[];
}

/** Who owns the destination, who announces it, and whether that is as it should be: the first two lines of the answer. */
export function verdictOf(facts: RouteFacts): Verdict {
  const holders = facts.holders.ok ? facts.holders.value.holders : [];
  const found = announcers(facts);
  const reaches = facts.lookups.map((lookup) => reachOf(lookup, facts));
  const it: Case = { facts, what: textOf(facts.destination), holders, found, reaches };
  const said = twice(it) ?? notAnnounced(it) ?? elsewhere(it) ?? owned(it) ?? unowned(it);
  const origins = new Set([...holders.map(({ host }) => host), ...found.map(({ host }) => host)]);
  return { ...said, detail: said.detail === "" ? sayOthers(reaches, origins) : said.detail };
}

/** `compute2 (VM "web-1", project "shop")`; names of tenants stand in quotes, which channels without full detail mask. */
function whose({ host, vm, instance, project, behind }: Holder): string {
  const parts = [vm === null ? `VM "${instance}"` : `"${vm}"`, ...(project === null ? [] : [`project "${project}"`])];
  return `${host} (${parts.join(", ")}${behind === null ? "" : `, floating IP of ${behind}`})`;
}

function twice({ facts, what, holders, found, reaches }: Case): Verdict | null {
  if (found.length < 2) return null;
  const names = found.map(({ host }) => host);
  const paths = found.map(({ host, path, seenBy }) => {
    const rank = [
      ...(path.localPref === null ? [] : [`local_pref ${path.localPref}`]),
      ...(path.metric === null ? [] : [`metric ${path.metric}`]),
    ];
    return `${host} since ${path.since}${rank.length > 0 ? `, ${rank.join(", ")}` : ""}, seen by ${list(seenBy, 4)}`;
  });
  const chosen = reaches
    .filter((reach) => reach.how === "via" && reach.role === "reflector")
    .map((reach) => `${reach.host} sends it to ${reach.to}`);
  const both = `${names.length === 2 ? names.join(" and ") : list(names)} ${names.length === 2 ? "both " : ""}announce ${what}`;
  if (isMigrating(facts, holders))
    return {
      light: "warn",
      text: `Live migration: ${both}, which is normal for about 30 s`,
      detail: chosen.join("; "),
      notes: [...paths, "ask again in half a minute; if both stay, the source did not give it up"],
    };
  const owner = facts.holders.ok
    ? holders[0]
      ? `etcd has it on ${list([...new Set(holders.map(({ host }) => host))])}`
      : "no port in etcd has it"
    : "etcd could not be asked";
  return {
    light: "bad",
    text: `Announced twice: ${both}; ${owner}`,
    detail: chosen.join("; "),
    notes: [...paths, ...strays(found, holders)],
  };
}

const strays = (found: readonly Announcer[], holders: readonly Holder[]): string[] =>
  holders.length === 0
    ? []
    : found
        .filter(({ host }) => !holders.some((holder) => holder.host === host))
        .map(({ host, path }) => `${host} has a stale route${path.device ? `; look there for \`ip route show ${path.prefix}\`` : ""}`);

/** One port with endpoints on two hosts, or an endpoint that a LiveMigration names. */
function isMigrating(facts: RouteFacts, holders: readonly Holder[]): boolean {
  const moving = facts.holders.ok ? facts.holders.value.migrating : [];
  const named = holders.some(({ port }) => moving.some((name) => name.endsWith(`-${port.replaceAll("-", "--")}`)));
  return (
    named || holders.some((holder, i) => holders.some((other, j) => j > i && other.port === holder.port && other.host !== holder.host))
  );
}

function notAnnounced(it: Case): Verdict | null {
  const { what, holders, found, reaches } = it;
  const [holder] = holders;
  if (found.length > 0 || !holder) return null;
  const { cause, notes } = causeOf(it, holder);
  const told = reaches.some(heard);
  const light = told ? "bad" : "unknown";
  return {
    light,
    text: `${told ? "Nobody announces" : "Nobody could say who announces"} ${what}: it is on ${whose(holder)}, ${cause}`,
    detail: "",
    notes,
  };
}

/** A host whose BIRD told what it has. */
const heard = ({ how }: Reach): boolean => how !== "unread" && how !== "silent";

/** Why the owner does not announce: the lowest part that is broken. */
function causeOf({ facts, reaches, what }: Case, holder: Holder): { cause: string; notes: string[] } {
  const reach = reaches.find(({ host }) => host === holder.host);
  const notes = felixNotes(facts, holder);
  if (!reach) return { cause: "a host that the bot does not log into", notes };
  if (reach.how === "unread") return { cause: `which could not be asked: ${reach.why}`, notes };
  const lookup = facts.lookups.find(({ host }) => host.name === holder.host);
  const inKernel = lookup?.kernel.ok && lookup.kernel.value.matching.some(({ prefix }) => prefix === prefixOf(facts.destination));
  const tap = tapState(facts, holder);
  if (lookup?.kernel.ok && !inKernel) {
    const why = tap === null ? `whose kernel has no route for it` : `whose ${holder.device} is ${tap}`;
    const next =
      tap === null
        ? "felix puts it back when it starts: `systemctl restart calico-felix` there"
        : `look at the VM and \`ip link show ${holder.device}\` there`;
    return { cause: why, notes: [...notes, next] };
  }
  if (reach.how === "silent") return { cause: `where ${reach.why}`, notes };
  const sessions = `${what} is in its kernel; see \`bgp ${holder.host}\` and the export filter of its bird.conf`;
  return { cause: "which has it in its kernel but does not announce it", notes: [...notes, sessions] };
}

/** down, missing; null = up, or not read. */
function tapState(facts: RouteFacts, { host, device }: Holder): string | null {
  const machine = facts.machines.get(host);
  if (!machine?.ok) return null;
  const { up, down } = machine.value.taps;
  if (down.includes(device)) return "down";
  return up.includes(device) ? null : "not there";
}

function felixNotes(facts: RouteFacts, { host }: Holder): string[] {
  const report = facts.reports.get(host);
  if (!report) return [];
  if (!report.ok) return [`what felix on ${host} reported could not be read: ${report.failure.message}`];
  const { felix, last, port } = report.value;
  const alive =
    felix !== null
      ? `felix there is alive (key ${ago(felix)} old)`
      : `felix there is silent${last === null ? "" : `, last heard of ${ago(last)} ago`}`;
  return [`${alive}${port === null ? ", and reported nothing about this port" : ` and calls the port ${port}`}`];
}

/** Announced, but not by the host that etcd has it on. */
function elsewhere({ facts, what, holders, found }: Case): Verdict | null {
  const [announcer] = found;
  const [holder] = holders;
  if (!announcer || !holder || holders.some(({ host }) => host === announcer.host)) return null;
  const known = facts.hosts.some(({ name }) => name === announcer.host);
  const notes = [...felixNotes(facts, holder), ...strays(found, holders)];
  if (!known) {
    const text = `${what} is on ${whose(holder)}; the asked hosts reach it by ${announcer.host}, a router that is not in the config`;
    return { light: "warn", text, detail: "", notes: [`name it in the config, with \`ssh: false\`, to see it by name`] };
  }
  return { light: "bad", text: `${announcer.host} announces ${what}, but etcd has it on ${whose(holder)}`, detail: "", notes };
}

/** One owner that announces it; still, something on the way may be wrong. */
function owned(it: Case): Verdict | null {
  const { facts, holders, found, reaches } = it;
  const holder = holders.find(({ host }) => found.some((announcer) => announcer.host === host));
  if (!holder) return null;
  const trouble = troubleOf(it, holder);
  const agree = reflectorsSay(reaches, holder.host);
  const lost = reaches.filter((reach) => reach.host !== holder.host && (reach.how !== "via" || reach.differs));
  const light = trouble ? "bad" : agree.bad || lost.some(({ how }) => how !== "unread") ? "warn" : lost.length > 0 ? "unknown" : "ok";
  return {
    light,
    text: `One owner: ${whose(holder)}${trouble ? `, but ${trouble}` : ""}; ${agree.text}`,
    detail: "",
    notes: trouble ? felixNotes(facts, holder) : portNotes(it, holder),
  };
}

/** A second port with the same address, which never works. */
function portNotes({ holders, what }: Case, holder: Holder): string[] {
  const other = holders.find(({ port }) => port !== holder.port);
  return other ? [`a second port in etcd has ${what}: ${whose(other)}`] : [];
}

function troubleOf({ facts, reaches }: Case, holder: Holder): string | null {
  const reach = reaches.find(({ host }) => host === holder.host);
  if (reach?.how === "unread") return `it could not be asked: ${reach.why}`;
  const lookup = facts.lookups.find(({ host }) => host.name === holder.host);
  const own = lookup?.kernel.ok ? lookup.kernel.value.matching[0] : undefined;
  const tap = tapState(facts, holder);
  if (tap !== null) return `its ${holder.device} is ${tap}`;
  if (lookup?.kernel.ok && own?.prefix !== prefixOf(facts.destination)) return "its kernel has no route for it any more";
  if (own && own.device !== holder.device) return `its kernel sends it to ${own.device ?? own.kind}, the port's device is ${holder.device}`;
  if (reach?.how === "silent") return `${reach.why} there`;
  const report = facts.reports.get(holder.host);
  return report?.ok && report.value.felix === null ? "felix there is silent: rules and routes are not kept up" : null;
}

function reflectorsSay(reaches: readonly Reach[], owner: string): { text: string; bad: boolean } {
  const reflectors = reaches.filter(({ role }) => role === "reflector");
  const names = reflectors.map(({ host }) => host);
  const good = reflectors.filter((reach) => reach.how === "via" && reach.to === owner);
  if (reflectors.length === 0) return { text: "no reflector to ask", bad: false };
  if (good.length === reflectors.length)
    return { text: names.length === 1 ? `${names[0]} agrees` : `${names.join(" and ")} agree`, bad: false };
  const said = reflectors.map((reach) => `${reach.host} ${good.includes(reach) ? "agrees" : lack(reach)}`);
  return { text: said.join(", "), bad: true };
}

function lack(reach: Reach): string {
  if (reach.how === "via") return `sends it to ${reach.to}`;
  if (reach.how === "silent" || reach.how === "unread") return `could not say`;
  return "has no such route";
}

/** No port in etcd, or none that could be read. */
function unowned({ facts, what, found, reaches }: Case): Verdict {
  const [announcer] = found;
  const node = facts.hosts.find(({ address, bgp }) => address === facts.destination.address || bgp.includes(facts.destination.address));
  const light = facts.holders.ok ? "warn" : "unknown";
  const readable = facts.holders.ok && facts.holders.value.unreadable.length > 0 ? " that can be read" : "";
  const owner = facts.holders.ok ? `no port in etcd${readable} has it` : `etcd could not say whose it is: ${facts.holders.failure.message}`;
  const rest = { detail: "", notes: [] };
  if (node) return { ...rest, light: "info", text: `${what} is the host ${node.name} itself, not a VM` };
  if (announcer) return { ...rest, light, text: `${announcer.host} announces ${what}; ${owner}` };
  if (!reaches.some(heard)) return { ...rest, light: "unknown", text: `Nobody could say who announces ${what}; ${owner}` };
  const wide = reaches.find((reach) => ["wider", "blackhole", "unreachable"].includes(reach.how))?.paths[0];
  return { ...rest, light, text: `${wide ? `Only ${wide.prefix} covers ${what}` : `Nobody announces ${what}`}; ${owner}` };
}
