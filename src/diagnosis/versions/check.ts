import type { KeyGeneration } from "../../calico/policy/generation.js";
import { tools } from "../checks/tools.js";
import { versions as etcdVersions } from "../etcd/members.js";
import { type Finding, finding, sorted } from "../finding.js";
import { count, list } from "../say.js";
import type { VersionFacts } from "./gather.js";

/** Versions that do not go together. An unknown version of the cluster is normal on OpenStack and none of them. */
export function checkVersions({ facts, stored }: VersionFacts): Finding[] {
  const client = facts.calicoctl?.ok ? facts.calicoctl.value.client : null;
  const healthy = facts.etcd.ok ? facts.etcd.value.members.filter((member) => member.healthy) : [];
  return sorted([...tools(facts), ...etcdVersions(healthy), ...birds(facts), ...(stored.ok ? keys(stored.value.generation, client) : [])]);
}

/** Hosts by the version of their BIRD; `?` where it answers and does not tell. */
export function birdVersions({ birds }: VersionFacts["facts"]): Map<string, string[]> {
  const hosts = new Map<string, string[]>();
  for (const [host, answer] of birds) {
    const found = answer.ok ? new Set(answer.value.daemons.map(({ version }) => version ?? "?")) : [];
    for (const version of found) hosts.set(version, [...(hosts.get(version) ?? []), host]);
  }
  return new Map([...hosts].toSorted((a, b) => b[1].length - a[1].length || a[0].localeCompare(b[0])));
}

function birds(facts: VersionFacts["facts"]): Finding[] {
  const [most, ...others] = [...birdVersions(facts)];
  if (!most || others.length === 0) return [];
  const rest = others.map(([version, hosts]) => `${version} on ${list(hosts, 3)}`);
  const text = `BIRD is ${most[0]} on ${count(most[1].length, "host")}, but ${rest.join("; ")}`;
  return [finding({ id: "bird-version:", light: "warn", text, detail: ["an upgrade that stopped half-way, or hosts of another release"] })];
}

/** From this release on the keys of people's policies of tier default are plain. */
const plainSince = [3, 32] as const;

function keys({ kind, prefixed, twice }: KeyGeneration, client: string | null): Finding[] {
  const about = { id: "keys:", light: "warn" as const, weight: 10 };
  const cure = "`calicoctl datastore migrate-policy-names` of a newer Calico renames the keys (it writes: not through this command)";
  if (twice.length > 0)
    return [
      finding({
        ...about,
        light: "bad",
        text: `${count(twice.length, "policy is", "policies are")} stored twice, as default.<name> and <name>: ${list(twice, 4)}`,
        detail: ["both are in force, and calicoctl changes only one of them", cure],
      }),
    ];
  const newer = client === null ? null : isSince(client, plainSince);
  if (prefixed.length > 0 && (newer === true || kind === "mixed")) {
    const text = `${count(prefixed.length, "policy has", "policies have")} the key of a Calico before v3.32: ${list(prefixed, 4)}`;
    return [finding({ ...about, text, detail: [`calicoctl ${client ?? "from v3.32 on"} lists them and cannot find them by name`, cure] })];
  }
  if (kind !== "plain" || newer !== false) return [];
  const text = `policies have keys as from v3.32 on, but calicoctl is ${client}`;
  return [
    finding({ ...about, text, detail: ["an older calicoctl looks for default.<name>, does not find them and would store a second copy"] }),
  ];
}

/** Null = the version cannot be read. */
function isSince(version: string, [major, minor]: readonly [number, number]): boolean | null {
  const match = /^v?(\d+)\.(\d+)/.exec(version);
  if (!match) return null;
  const [a, b] = [Number(match[1]), Number(match[2])];
  return a > major || (a === major && b >= minor);
}
