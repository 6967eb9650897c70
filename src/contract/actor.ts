import { z } from "zod";

/** Who asks. Roles are looked up by id, never by a display name. */
export const Actor = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("slack"),
    team: z.string(),
    user: z.string(),
    /** For people to read; never used to authorise. */
    name: z.string().optional(),
    bot: z.boolean().default(false),
    /** A guest (multi- or single-channel) or a member of another workspace in a shared channel. */
    foreign: z.boolean().default(false),
    /** Ids of the user groups named in the configuration that this person is in; absent = the configuration names none. */
    groups: z.array(z.string()).optional(),
    /** The groups of which nobody could say who is in them, with the reason: nobody counts as a member of those. */
    unread: z.array(z.object({ group: z.string(), why: z.string() })).optional(),
  }),
  z.object({ kind: z.literal("local"), user: z.string() }),
  z.object({ kind: z.literal("schedule"), owner: z.string() }),
]);
export type Actor = z.infer<typeof Actor>;

/** How people call an actor. */
export const actorName = (actor: Actor): string =>
  actor.kind === "slack" ? (actor.name ?? actor.user) : actor.kind === "local" ? actor.user : actor.owner;

/** The same, with the kind where it is nobody of Slack: `local:ops`. */
export const actorLabel = (actor: Actor): string => (actor.kind === "slack" ? actorName(actor) : actorId(actor));

/** The actor's identity as one word: `slack:T1/U1`, `local:ops`, `schedule:U1`. */
export function actorId(actor: Actor): string {
  if (actor.kind === "slack") return `slack:${actor.team}/${actor.user}`;
  return actor.kind === "local" ? `local:${actor.user}` : `schedule:${actor.owner}`;
}
