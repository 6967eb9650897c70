import { createHash } from "node:crypto";
import type { Redis } from "ioredis";

/** Runs one script with these keys and arguments. */
export type Script = (keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>;

/** A script called by its digest; its text is sent only to a Redis that does not have it yet, or not any more. */
export function scriptOn(redis: Redis, text: string): Script {
  const digest = createHash("sha1").update(text).digest("hex");
  return async (keys, args) => {
    try {
      return await redis.evalsha(digest, keys.length, ...keys, ...args);
    } catch (error) {
      // It says so before it runs anything.
      if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
      return redis.eval(text, keys.length, ...keys, ...args);
    }
  };
}
