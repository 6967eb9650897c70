import { z } from "zod";
import type { Actor } from "../contract/actor.js";
import type { Log } from "../log/log.js";
import type { Client } from "./client.js";
import { inTime } from "./in-time.js";
import type { Who } from "./incoming.js";
import { createUserGroups } from "./user-groups.js";

/** Knows who belongs to the workspace. */
export interface Members {
  /** The asker with what access needs to know. Answers within the time given below; who could not be looked up counts as foreign. */
  actor(who: Who): Promise<Actor>;
}

export interface MembersDeps {
  client: Client;
  team: string;
  /** Ids of the user groups that give roles. */
  groups: readonly string[];
  log: Log;
  clock?: () => number;
  /** Ms. */
  within?: number;
}

interface Standing {
  foreign: boolean;
  bot: boolean;
  /** As people read it, where the delivery does not tell. */
  name?: string;
}

/** Ms that a look-up counts, and that it counts still when Slack does not answer a new one in time. */
const fresh = 10 * 60_000;
const usable = 60 * 60_000;
const kept = 5000;

export function createMembers({ client, team, groups, log, clock = Date.now, within = 1000 }: MembersDeps): Members {
  const userGroups = createUserGroups({ client, groups, log, clock, within });
  const known = new Map<string, { at: number; standing: Standing }>();
  const asking = new Map<string, Promise<Standing | null>>();
  const ask = (user: string): Promise<Standing | null> => {
    const running = asking.get(user) ?? lookUp(client, team, user).then((standing) => remember(user, standing));
    asking.set(user, running);
    return running
      .catch((error: unknown) => {
        log.warn({ user, err: error }, "a user could not be looked up");
        return null;
      })
      .finally(() => asking.delete(user));
  };
  const remember = (user: string, standing: Standing): Standing => {
    known.delete(user);
    known.set(user, { at: clock(), standing });
    const [eldest] = known.keys();
    if (known.size > kept && eldest !== undefined) known.delete(eldest);
    return standing;
  };
  const standingOf = async (user: string): Promise<Standing> => {
    const last = known.get(user);
    const age = last === undefined ? Number.POSITIVE_INFINITY : clock() - last.at;
    if (last !== undefined && age < fresh) return last.standing;
    const answer = await inTime(ask(user), within, null);
    return answer ?? (last !== undefined && age < usable ? last.standing : { foreign: true, bot: false });
  };
  return {
    async actor({ team: theirs, user, name, bot }) {
      const asked = { kind: "slack" as const, team: theirs ?? "unknown", user, ...(name === undefined ? {} : { name }) };
      if (theirs !== team) return { ...asked, bot, foreign: true };
      if (bot) return { ...asked, bot, foreign: false };
      const [standing, membership] = await Promise.all([standingOf(user), groups.length === 0 ? {} : userGroups.of(user)]);
      return { ...standing, ...asked, ...membership };
    },
  };
}

const Info = z.object({
  id: z.string(),
  name: z.string().min(1).optional(),
  team_id: z.string().optional(),
  deleted: z.boolean().default(false),
  is_restricted: z.boolean().default(false),
  is_ultra_restricted: z.boolean().default(false),
  is_stranger: z.boolean().default(false),
  is_bot: z.boolean().default(false),
  enterprise_user: z.object({ teams: z.array(z.string()).default([]) }).optional(),
});

async function lookUp(client: Client, team: string, user: string): Promise<Standing> {
  const answer = await client.users.info({ user });
  const info = Info.parse(answer.user);
  const member = info.team_id === team || info.enterprise_user?.teams.includes(team) === true;
  const guest = info.is_restricted || info.is_ultra_restricted || info.is_stranger;
  const called = info.name === undefined ? {} : { name: info.name };
  return { foreign: !member || guest || info.deleted || info.id !== user, bot: info.is_bot, ...called };
}
