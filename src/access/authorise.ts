import type { AccessConfig, ChannelConfig, Role } from "../config/valid.js";
import type { Actor } from "../contract/actor.js";
import { type Failure, fail } from "../contract/failure.js";
import { doubtOf, isUserGroup } from "./user-groups.js";

/** May this actor run something of this role on this cluster from this channel? */
export interface AccessAsk {
  actor: Actor;
  /** Slack channel id; null = the terminal. */
  channel: string | null;
  role: Role;
  /** Null = something that asks no cluster. */
  cluster: string | null;
  /** No role needed (help, whoami); channel and workspace still count. */
  open?: boolean;
  /** The role must be the person's own, not one by a user group. */
  personal?: boolean;
  /** Only for who is on call by the configuration. */
  onCall?: boolean;
}

/** A refusal is for the eyes of who asked. */
export type AccessAnswer = { ok: true; detail: "full" | "counts" } | { ok: false; failure: Failure; onlyFor: true };

const ladder: readonly Role[] = ["viewer", "operator", "approver"];

/** Decides; pure over the configuration. Whatever is unknown is denied, with the reason and who could. */
export function authorise(access: AccessConfig, ask: AccessAsk): AccessAnswer {
  const stranger = strangerReason(ask.actor);
  if (stranger !== null) return denied(stranger, "ask somebody of the home workspace");
  const place = placeOf(access, ask);
  if ("reason" in place) return denied(place.reason, place.hint);
  if (ask.onCall === true && !isOnCall(access, ask.actor))
    return denied(
      "this is for whoever is on call",
      `these are: ${access.onCall.map(named).join(", ") || "nobody; whoever runs the bot names them under access.onCall"}`,
    );
  const held = rolesOf(access, ask.personal === true ? alone(ask.actor) : ask.actor);
  if (ask.open !== true && !held.includes(ask.role))
    return denied(
      `this needs the role ${ask.role}; you hold ${held.join(", ") || "none"}${doubtOf(access, ask.actor, from(ask.role))}`,
      whoCould(access, ask.role),
    );
  return { ok: true, detail: place.detail };
}

const alone = (actor: Actor): Actor => (actor.kind === "slack" ? { ...actor, groups: [] } : actor);

/** Whether the configuration names this actor, or a group of his, as being on call. */
const isOnCall = (access: AccessConfig, actor: Actor): boolean => access.onCall.some((id) => idsOf(actor).includes(id));

function denied(message: string, hint: string): AccessAnswer {
  return { ok: false, failure: fail("denied", message, { hint }).failure, onlyFor: true };
}

function strangerReason(actor: Actor): string | null {
  if (actor.kind === "local") return null;
  if (actor.kind !== "slack") return "a schedule has no rights of its own";
  if (actor.bot) return "other bots are not answered";
  return actor.foreign ? "guests and members of other workspaces are not answered" : null;
}

type Place = { detail: "full" | "counts" } | { reason: string; hint: string };

function placeOf(access: AccessConfig, { actor, channel, cluster }: AccessAsk): Place {
  if (channel === null && actor.kind !== "local")
    return { reason: "only people of this machine ask without a channel", hint: "ask in a channel of the bot" };
  if (channel !== null && actor.kind !== "slack")
    return { reason: "only people of Slack ask from channels", hint: "use the terminal without a channel" };
  const place = channel === null ? { detail: "full" as const, clusters: access.clusters } : slackPlace(access, actor, channel);
  if ("reason" in place || cluster === null) return place;
  if (place.clusters.includes(cluster) && access.clusters.includes(cluster)) return place;
  return {
    reason: `cluster ${cluster.slice(0, 60)} does not answer ${channel === null ? "this bot" : "in this channel"}`,
    hint: `these do: ${place.clusters.join(", ") || "none"}`,
  };
}

function slackPlace(access: AccessConfig, actor: Actor, channel: string): (Place & { clusters: readonly string[] }) | RefusedPlace {
  if (isDirect(channel)) return directPlace(access, actor);
  return channelOf(access, channel) ?? { reason: "this channel is not one that gets answers", hint: elsewhere(access, actor) };
}

type RefusedPlace = Extract<Place, { reason: string }>;

function directPlace(access: AccessConfig, actor: Actor): { detail: "full"; clusters: readonly string[] } | RefusedPlace {
  if (access.directMessages && rolesOf(access, actor).length > 0) return { detail: "full", clusters: access.clusters };
  const reason = access.directMessages
    ? `direct messages are answered to people with a role only${doubtOf(access, actor, ladder)}`
    : "direct messages are not answered";
  return { reason, hint: elsewhere(access, actor) };
}

/** Which channels answer is told to people with a role only. */
function elsewhere(access: AccessConfig, actor: Actor): string {
  const { length } = access.channels;
  if (length === 0) return "no channel does; whoever runs the bot lists them under access.channels";
  if (rolesOf(access, actor).length > 0) return `ask in ${access.channels.map(({ id }) => id).join(", ")}`;
  return `${length} channel${length === 1 ? " does" : "s do"}; ask the team that runs the bot`;
}

/** Slack's ids of direct messages; those of listed channels begin otherwise. */
export const isDirect = (channel: string): boolean => channel.startsWith("D");

/** Roles that an actor holds; a higher one holds those below. A schedule has none until its owner is looked up. */
export function rolesOf(access: AccessConfig, actor: Actor): Role[] {
  const ids = idsOf(actor);
  const highest = ladder.findLastIndex((role) => access.roles[role].some((id) => ids.includes(id)));
  return ladder.slice(0, highest + 1);
}

/** As the configuration names people and groups; nobody of Slack can be called like somebody of the machine, or like a group. */
function idsOf(actor: Actor): string[] {
  if (actor.kind === "local") return [`local:${actor.user}`];
  if (actor.kind !== "slack") return [];
  const own = actor.user.startsWith("local:") || isUserGroup(actor.user) ? [] : [actor.user];
  return [...own, ...(actor.groups ?? []).filter(isUserGroup)];
}

const shown = 5;

const named = (id: string): string => (isUserGroup(id) ? `members of user group ${id}` : id);

/** The role and those above it. */
const from = (role: Role): readonly Role[] => (ladder.includes(role) ? ladder.slice(ladder.indexOf(role)) : []);

function whoCould(access: AccessConfig, role: Role): string {
  const able = [...new Set(from(role).flatMap((each) => access.roles[each]))].map(named);
  if (able.length === 0) return `nobody holds ${role}; whoever runs the bot gives it under access.roles`;
  const more = able.length > shown ? ` and ${able.length - shown} more` : "";
  return `these could: ${able.slice(0, shown).join(", ")}${more}; ask one of them`;
}

/** The configured channel, if it is one. */
export function channelOf(access: AccessConfig, channel: string | null): ChannelConfig | null {
  return access.channels.find(({ id }) => id === channel) ?? null;
}
