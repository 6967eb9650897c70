import { fail } from "../contract/failure.js";
import type { RedisLinks } from "./connect.js";
import { reached } from "./reached.js";

export interface RedisCheck {
  version: string;
  /** `maxmemory-policy`. */
  eviction: string;
  /** Append-only file on. */
  durable: boolean;
  /** What should be mended but does not forbid to start. */
  warnings: string[];
}

/** Looks whether this Redis may hold a queue. Throws when it would throw jobs away; warns when it forgets them at a restart. */
export async function checkRedis(links: Pick<RedisLinks, "producer">): Promise<RedisCheck> {
  const info = (await reached(links.producer.info(), "checking redis")).replaceAll("\r", "");
  const field = (name: string): string => new RegExp(`^${name}:(.*)$`, "m").exec(info)?.[1] ?? "unknown";
  const check = { version: field("redis_version"), eviction: field("maxmemory_policy"), durable: field("aof_enabled") === "1" };
  if (check.eviction !== "noeviction")
    throw fail("queue_unavailable", `redis may throw jobs away: its maxmemory-policy is ${check.eviction}`, {
      hint: "set `maxmemory-policy noeviction` in redis.conf",
    });
  const warnings = [];
  if (!check.durable) warnings.push("redis keeps nothing across a restart: set `appendonly yes`, else acknowledged requests can be lost");
  if (older(check.version, [6, 2])) warnings.push(`redis ${check.version} is older than 6.2`);
  return { ...check, warnings };
}

function older(version: string, than: readonly [number, number]): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < than[0] || (major === than[0] && minor < than[1]);
}
