import { randomUUID } from "node:crypto";
import { fail } from "../contract/failure.js";
import type { Context } from "./context.js";
import { keys } from "./record.js";

/** A claim dies soon, so that a bot which died holding it does not swallow the request. */
const claimLife = 1500;
const mark = "claim:";

/**
 * Takes a delivery for this bot: the claim's text, or null when it was taken before.
 * While another bot holds the claim this waits: only a stored request is really taken.
 */
export async function claim(context: Context, id: string): Promise<string | null> {
  const text = mark + randomUUID();
  const key = keys.request(id);
  const until = performance.now() + claimLife + 300;
  while (performance.now() < until) {
    if (await context.state.putNew(key, text, claimLife)) return text;
    const held = await context.state.get(key);
    if (held !== null && !held.startsWith(mark)) return null;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw fail("queue_unavailable", "another bot is still storing this request");
}
