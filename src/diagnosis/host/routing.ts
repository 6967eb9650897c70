import { bird } from "../checks/bird.js";
import { sessions } from "../checks/sessions.js";
import type { Facts } from "../facts.js";
import { type Finding, finding } from "../finding.js";
import { type Link, linksOf } from "../links.js";
import { unitNamed } from "./felix.js";
import type { HostFacts } from "./gather.js";

/** BIRD by birdc and by its unit, and the sessions of this host from both ends. */
export function routingFindings(facts: HostFacts): Finding[] {
  const { host } = facts;
  const some = factsOf(facts);
  const own = [...bird(some), ...sessions(some)].filter((found) => found.hosts.includes(host.name));
  const down = own.some(({ id }) => id === `bird:${host.name}`);
  // With BIRD down every session is; they are its effect and would only bury it.
  const kept = down ? own.filter(({ id }) => !id.startsWith("bgp:")) : own;
  const named = `${host.name}: `;
  const unnamed = kept.map((found) => ({ ...found, text: found.text.replace(/^route reflector /, "").replace(named, "") }));
  return [...unnamed, ...unitFinding(facts, down)];
}

/** The sessions of this host. */
export function hostLinks(facts: HostFacts): Link[] {
  return linksOf(factsOf(facts)).filter((link) => link.ends.includes(facts.host.name));
}

function unitFinding(facts: HostFacts, down: boolean): Finding[] {
  const unit = unitNamed(facts, "bird");
  if (!unit) return [];
  const about = { id: `unit:bird:${facts.host.name}`, light: "warn" as const };
  if (unit.state === "active" && down) return [finding({ ...about, text: "systemd calls the bird unit active all the same" })];
  const answers = facts.birds.get(facts.host.name);
  if (unit.state !== "active" && answers?.ok && answers.value.daemons.length > 0)
    return [finding({ ...about, text: `BIRD answers although systemd calls its unit ${unit.state}: it was started by hand` })];
  return [];
}

/** The common facts, as far as they were asked for this host; maintenance does not hide what is asked for by name. */
function factsOf({ host, cluster, birds, at }: HostFacts): Facts {
  const unasked = { ok: false as const, failure: { code: "not_found" as const, message: "not asked" } };
  const hosts = cluster.hosts.map((each) => (each.name === host.name ? { ...each, maintenance: false } : each));
  const rest = { etcd: unasked, datastore: unasked, openstack: null, calicoctl: null };
  return { cluster: cluster.name, thresholds: cluster.thresholds, hosts, birds, at, ...rest };
}
