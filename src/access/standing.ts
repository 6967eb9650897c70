import type { AccessConfig, Role } from "../config/valid.js";
import { type Actor, actorId } from "../contract/actor.js";
import { authorise, channelOf, isDirect, rolesOf } from "./authorise.js";

/** Who somebody is to the bot, for `whoami`. */
export interface Standing {
  id: string;
  name: string | null;
  roles: Role[];
  clusters: string[];
  channel: string | null;
  detail: "full" | "counts" | "none";
  refusal: string | null;
}

export interface Here {
  actor: Actor;
  channel: string | null;
}

/** Roles, clusters and detail of an actor in a channel, and why he would be refused. */
export function standing(access: AccessConfig, clusters: readonly string[], { actor, channel }: Here): Standing {
  const answer = authorise(access, { actor, channel, role: "viewer", cluster: null });
  const open = authorise(access, { actor, channel, role: "viewer", cluster: null, open: true });
  return {
    id: actorId(actor),
    name: actor.kind === "slack" ? (actor.name ?? null) : actor.kind === "local" ? actor.user : actor.owner,
    roles: rolesOf(access, actor),
    clusters: open.ok ? clustersFor(access, clusters, channel) : [],
    channel,
    detail: open.ok ? open.detail : "none",
    refusal: answer.ok ? null : answer.failure.message,
  };
}

/** Clusters that answer in a channel, the default one first; all of them on the terminal and in direct messages. */
export function clustersFor(access: AccessConfig, clusters: readonly string[], channel: string | null): string[] {
  if (channel === null || isDirect(channel)) return [...clusters];
  return [...(channelOf(access, channel)?.clusters ?? [])].filter((name) => clusters.includes(name));
}
