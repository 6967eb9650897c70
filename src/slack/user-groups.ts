import { z } from "zod";
import type { Log } from "../log/log.js";
import { type Client, refusal } from "./client.js";
import { inTime } from "./in-time.js";

/** Which of some user groups somebody is in, and of which ones nobody could say. */
export interface Membership {
  groups: string[];
  unread: { group: string; why: string }[];
}

/** Knows who is in the user groups that give roles. */
export interface UserGroups {
  /** Answers within the time given below; a group that could not be read by then has no members. Never throws. */
  of(user: string): Promise<Membership>;
}

export interface UserGroupsDeps {
  client: Client;
  /** Ids, S…; none = Slack is not asked. */
  groups: readonly string[];
  log: Log;
  clock?: () => number;
  /** Ms. */
  within?: number;
}

type Read = { ok: true; users: ReadonlySet<string> } | { ok: false; why: string };

/** Ms that a list of members counts, and that a refusal does: Slack lets us ask about 20 times a minute. */
const fresh = 5 * 60_000;
const refused = 10_000;

/** Reads each group when somebody asks, at most every five minutes; what is older than that counts for nobody. */
export function createUserGroups({ client, groups, log, clock = Date.now, within = 1000 }: UserGroupsDeps): UserGroups {
  const known = new Map<string, { at: number; read: Read }>();
  const asking = new Map<string, Promise<Read>>();
  const ask = (group: string): Promise<Read> => {
    const running = asking.get(group) ?? readMembers(client, group).then((read) => remember(group, read));
    asking.set(group, running);
    return running.finally(() => asking.delete(group));
  };
  const remember = (group: string, read: Read): Read => {
    known.set(group, { at: clock(), read });
    if (!read.ok) log.warn({ group, why: read.why }, "the members of a user group could not be read; nobody has its role");
    return read;
  };
  const membersOf = (group: string): Promise<Read> => {
    const last = known.get(group);
    if (last !== undefined && clock() - last.at < (last.read.ok ? fresh : refused)) return Promise.resolve(last.read);
    return inTime(ask(group), within, { ok: false, why: `slack did not answer within ${within} ms` });
  };
  return {
    async of(user) {
      const read = await Promise.all(groups.map(async (group) => ({ group, read: await membersOf(group) })));
      return {
        groups: read.flatMap(({ group, read: one }) => (one.ok && one.users.has(user) ? [group] : [])),
        unread: read.flatMap(({ group, read: one }) => (one.ok ? [] : [{ group, why: one.why }])),
      };
    },
  };
}

const Users = z.array(z.string());

/** The members of a group now, or why Slack did not say. */
export async function readMembers(client: Client, group: string): Promise<Read> {
  try {
    const answer = await client.usergroups.users.list({ usergroup: group });
    const users = Users.safeParse(answer.users);
    return users.success ? { ok: true, users: new Set(users.data) } : { ok: false, why: "slack answered without a list of members" };
  } catch (error) {
    return { ok: false, why: reason(refusal(error)) };
  }
}

/** Slack's word, with what it means where that is for us to mend. */
function reason(word: string | null): string {
  if (word === null) return "slack did not answer";
  const meant: Readonly<Record<string, string>> = {
    missing_scope: "the bot lacks the scope usergroups:read",
    plan_upgrade_required: "user groups need a paid plan of Slack",
    no_such_subteam: "Slack knows no such group",
  };
  return meant[word] === undefined ? word : `${word} (${meant[word]})`;
}
