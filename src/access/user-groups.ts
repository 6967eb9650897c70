import type { AccessConfig, Role } from "../config/valid.js";
import type { Actor } from "../contract/actor.js";

/** Slack's ids of user groups; those of people begin with U or W. */
export const isUserGroup = (id: string): boolean => id.startsWith("S");

/** The user groups that give a role: what the bot has to read the members of. */
export function userGroupsOf(access: Pick<AccessConfig, "roles" | "onCall">): string[] {
  return [...new Set([...Object.values(access.roles).flat(), ...access.onCall])].filter(isUserGroup);
}

/** People and groups of Slack who can approve changes. */
export const approversOf = ({ roles }: Pick<AccessConfig, "roles">): string[] => roles.approver.filter((id) => !id.startsWith("local:"));

/** Why somebody may lack one of these roles although he should have it: groups that could not be read; empty = no such doubt. */
export function doubtOf(access: Pick<AccessConfig, "roles">, actor: Actor, roles: readonly Role[]): string {
  if (actor.kind !== "slack") return "";
  const giving = new Set(roles.flatMap((role) => access.roles[role]));
  const unread = (actor.unread ?? []).filter(({ group }) => giving.has(group));
  return unread.map(({ group, why }) => `; the members of user group ${group} could not be read: ${why}`).join("");
}
