import { X509Certificate } from "node:crypto";
import type { Ask } from "../cluster/ask.js";
import type { BirdSilence } from "../cluster/bird.js";
import type { Cluster } from "../cluster/cluster.js";
import type { Host } from "../cluster/inventory.js";
import { bad, type Check, failed, good, warn } from "./check.js";

/** SSH to every host with the sudo prefix, and birdc there: one exec a host, as `status` does it. */
export function hostChecks({ hosts, bird, thresholds }: Pick<Cluster, "hosts" | "bird" | "thresholds">, ask: Ask): Promise<Check[]> {
  return Promise.all(hosts.filter(({ ssh }) => ssh).map((host) => hostCheck(host, { bird, thresholds, ask })));
}

type Asking = Pick<Cluster, "bird" | "thresholds"> & { ask: Ask };

async function hostCheck(host: Host, { bird, thresholds, ask }: Asking): Promise<Check> {
  const what = `ssh ${host.name}`;
  const answer = await bird.read(host, ask);
  if (!answer.ok) return host.maintenance ? { ...failed(what, answer.failure), light: "warn" } : failed(what, answer.failure);
  const { daemons, silent, clockOffset } = answer.value;
  const closed = silent.find(({ how }) => how === "denied" || how === "missing" || how === "unreadable");
  if (closed !== undefined) return bad(what, `birdc on ${host.name}: ${closed.text}`, fixOf(closed));
  if (clockOffset !== null && Math.abs(clockOffset) > thresholds.clockSkew + 1500)
    return warn(
      what,
      `the clocks of ${host.name} and this machine differ by ${Math.round(Math.abs(clockOffset) / 1000)} s`,
      "run an NTP client on both",
    );
  const [first] = silent;
  if (first !== undefined)
    return warn(what, `${host.name} answers, its BIRD does not: ${first.how}`, "that is for `status`, not for the installation");
  return good(what, `host key, login, prefix and birdc work: BIRD ${daemons.map(({ version }) => version ?? "?").join(", ")}`);
}

function fixOf({ how }: BirdSilence): string {
  if (how === "denied") return "let the account run birdc: a sudoers line (docs/operations.md) and `ssh.prefix: [sudo, -n]`";
  if (how === "missing") return "set `birdc.path` to where birdc is on the hosts";
  return "run it by hand as the account does and look at what comes";
}

/** Every member of etcd, and whether it takes writes. */
export async function etcdChecks({ etcd }: Pick<Cluster, "etcd">, ask: Ask): Promise<Check[]> {
  const answer = await etcd.health(ask);
  if (!answer.ok) return [failed("etcd", answer.failure)];
  const { members, alarms } = answer.value;
  const each = members.map(({ endpoint, healthy, error, version }) =>
    healthy
      ? good(`etcd ${endpoint}`, `answers, version ${version ?? "?"}`)
      : bad(`etcd ${endpoint}`, error ?? "does not answer", "check the member, the way to it and `etcd:` in the configuration"),
  );
  const raised = alarms.map(({ alarm, member }) => bad(`etcd alarm ${alarm}`, `raised by ${member}`, "see `status`: etcd refuses writes"));
  return [...each, ...raised];
}

const month = 30 * 86_400_000;

/** How long the certificates still hold that the worker shows and trusts. `certificates`: what they are, with their PEM. */
export function certificateChecks(certificates: readonly { what: string; pem: string }[], now: number): Check[] {
  return certificates.map(({ what, pem }) => {
    try {
      const { validTo, validFrom } = new X509Certificate(pem);
      const ends = Date.parse(validTo);
      const day = new Date(ends).toISOString().slice(0, 10);
      if (ends <= now) return bad(what, `it expired on ${day}`, "issue a new one, put it in its place and restart the worker");
      if (Date.parse(validFrom) > now) return bad(what, `it is not valid before ${validFrom}`, "compare the clocks, or issue a new one");
      if (ends - now < month) return warn(what, `it expires on ${day}`, "renew it before then and restart the worker");
      return good(what, `valid until ${day}`);
    } catch {
      return bad(what, "this is not a certificate", "name a PEM file that begins with -----BEGIN CERTIFICATE-----");
    }
  });
}

/** Whether Keystone lets the account in, and whether Neutron shows it what it must see. */
export async function openstackChecks({ openstack }: Pick<Cluster, "openstack">, ask: Ask): Promise<Check[]> {
  if (openstack === null) return [warn("openstack", "not configured: agents and ports stay unknown", "add `worker.openstack:`")];
  const answer = await openstack.agents(ask);
  if (!answer.ok) return [failed("openstack", answer.failure)];
  const { agents, visible, roles } = answer.value;
  const held = roles.join(", ") || "no role";
  if (visible) return [good("openstack", `${agents.length} agents seen with ${held}`)];
  const fix = "give the account a role that Neutron's policy lets read agents (docs/operations.md)";
  return [bad("openstack", `Keystone lets the account in with ${held}, but Neutron hides the agents from it`, fix)];
}

/** Whether calicoctl is there, gets through to etcd and fits. */
export async function calicoctlChecks({ calicoctl }: Pick<Cluster, "calicoctl">, ask: Ask): Promise<Check[]> {
  if (calicoctl === null) return [warn("calicoctl", "not configured: its own view is missing", "add `worker.calicoctl:`")];
  const answer = await calicoctl.version(ask);
  if (!answer.ok) return [failed("calicoctl", answer.failure)];
  const { client, cluster } = answer.value;
  if (cluster !== null && cluster !== client)
    return [warn("calicoctl", `${client} here, ${cluster} in the cluster`, "install the calicoctl of the cluster's version")];
  return [good("calicoctl", `${client}; the cluster says ${cluster ?? "no version, which is normal on OpenStack"}`)];
}
