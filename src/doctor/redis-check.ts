import { toFailure } from "../contract/failure.js";
import { checkRedis } from "../redis/check.js";
import type { RedisLinks } from "../redis/connect.js";
import { bad, type Check, failed, good, warn } from "./check.js";

/** Whether this Redis may hold a queue: noeviction, AOF, version. */
export async function redisChecks(links: Pick<RedisLinks, "producer">): Promise<Check[]> {
  try {
    const { version, durable, warnings } = await checkRedis(links);
    const rest = warnings.filter((text) => !text.includes("appendonly"));
    return [
      good("redis", `answers, version ${version}, noeviction`),
      durable
        ? good("redis persistence", "append-only file on")
        : bad("redis persistence", "off: acknowledged requests are lost at a restart", "set `appendonly yes` in redis.conf"),
      ...rest.map((text) => warn("redis version", text, "update it")),
    ];
  } catch (error) {
    return [failed("redis", toFailure(error))];
  }
}
