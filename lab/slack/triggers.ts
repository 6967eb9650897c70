import { randomUUID } from "node:crypto";

/** Trigger ids: what somebody did lets the bot open one view for him, within three seconds. */
export interface Triggers {
  issue(user: string): string;
  /** Whose it is; or Slack's word for why it opens nothing. */
  take(id: string): { user: string } | { error: string };
}

/** Ms that a trigger is good for. */
const life = 3000;
const kept = 1000;

export function createTriggers(clock: () => number = Date.now): Triggers {
  const known = new Map<string, { user: string; made: number; used: boolean }>();
  return {
    issue(user) {
      const id = `${clock()}.${randomUUID()}`;
      known.set(id, { user, made: clock(), used: false });
      const [eldest] = known.keys();
      if (known.size > kept && eldest !== undefined) known.delete(eldest);
      return id;
    },
    take(id) {
      const trigger = known.get(id);
      if (trigger === undefined) return { error: "invalid_trigger_id" };
      if (trigger.used) return { error: "exchanged_trigger_id" };
      if (clock() - trigger.made > life) return { error: "expired_trigger_id" };
      trigger.used = true;
      return { user: trigger.user };
    },
  };
}
