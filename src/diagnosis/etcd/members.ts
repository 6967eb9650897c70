import type { EtcdHealth, EtcdMember } from "../../cluster/etcd.js";
import { type Finding, finding } from "../finding.js";
import { bytes, count, list } from "../say.js";

/** What the members' own words say beyond "healthy": leaders, versions, lag, members nobody asks. */
export function checkMembers({ members, known }: EtcdHealth): Finding[] {
  const up = members.filter(({ healthy }) => healthy);
  if (up.length === 0) return [];
  return [...leaders(up, known), ...versions(up), ...unasked(members, known), ...lag(up)];
}

function leaders(up: readonly EtcdMember[], known: EtcdHealth["known"]): Finding[] {
  const claim = up.filter(({ leader }) => leader === true);
  if (claim.length === 1) return [];
  if (claim.length > 1) {
    const text = `${claim.length} etcd members call themselves leader: ${list(claim.map(({ endpoint }) => endpoint))}`;
    return [
      finding({
        id: "etcd-leader:",
        light: "bad",
        text,
        detail: ["these endpoints belong to different clusters, or an election is going on"],
        weight: 960,
      }),
    ];
  }
  // The leader may be a member that is not in the config, or one that does not answer.
  if (known === null || up.length < known.length) return [];
  return [
    finding({
      id: "etcd-leader:",
      light: "bad",
      text: "no etcd member is leader",
      detail: ["an election is going on, or quorum is lost"],
      weight: 960,
    }),
  ];
}

/** Members that answer and differ in their version. */
export function versions(up: readonly EtcdMember[]): Finding[] {
  const all = [...new Set(up.map(({ version }) => version ?? "unknown"))];
  if (all.length < 2) return [];
  const text = `etcd members run different versions: ${list(all)}`;
  return [finding({ id: "etcd-version:", light: "warn", text, detail: ["finish the upgrade: the cluster works as its oldest member"] })];
}

function unasked(members: readonly EtcdMember[], known: EtcdHealth["known"]): Finding[] {
  if (known === null || members.some(({ id }) => id === null)) return [];
  const rest = known.filter(({ id }) => !members.some((member) => member.id === id));
  if (rest.length === 0) return [];
  const text = `${count(rest.length, "etcd member")} not in the config and not asked: ${list(rest.map(({ name, id }) => name || id))}`;
  return [finding({ id: "etcd-unasked:", light: "unknown", text, detail: ["add its endpoint to `etcd.endpoints` of the worker"] })];
}

/** Revisions that a healthy member may be behind while it is asked a moment later than another. */
const usual = 1000;

function lag(up: readonly EtcdMember[]): Finding[] {
  const newest = Math.max(...up.map(({ revision }) => revision ?? 0));
  return up.flatMap(({ endpoint, revision }) => {
    if (revision === null || newest - revision <= usual) return [];
    const text = `etcd ${endpoint} is ${(newest - revision).toLocaleString("en-US")} revisions behind`;
    return [
      finding({ id: `etcd-lag:${endpoint}`, light: "warn", text, detail: ["its disk or network is slow, or it is of another cluster"] }),
    ];
  });
}

/** What a defragmentation would give back, when it is worth a window. */
export function reclaimable(members: readonly EtcdMember[]): string | null {
  const most = Math.max(0, ...members.map(({ dbSize, inUse }) => (dbSize !== null && inUse !== null ? dbSize - inUse : 0)));
  const worth = 100 * 1024 ** 2;
  return most < worth ? null : `defragmenting would free up to ${bytes(most)} a member: one at a time, the leader last`;
}
