import type { Redis, RedisOptions } from "ioredis";
import { fail } from "../contract/failure.js";
import type { Log } from "../log/log.js";
import { Together } from "./together.js";

/** Where Redis is; the config's `redis` part fits. */
export interface RedisSettings {
  /** `redis://`, `rediss://`, or `unix:/path`. */
  url: string;
  username: string | null;
  password: { reveal(): string } | null;
  /** First part of every key. */
  prefix: string;
}

/** The connections of one process. */
export interface RedisLinks {
  prefix: string;
  /** Fails within commandTimeout when Redis is away: for everything that a person waits for. */
  producer: Redis;
  /** Waits for Redis to come back, however long: for consumers and for answers that must not be lost. */
  patient: Redis;
  /** Hears pub/sub messages; subscribes again by itself after a reconnect. */
  listener: Redis;
  close(): Promise<void>;
}

/** A command that Redis has not answered after this many ms is an error; Slack gives 3 s in all. */
export const commandTimeout = 1500;

/** A service that starts together with its Redis waits this long for it, ms; a person at a terminal waits less. */
export const serviceWait = 60_000;

/** Connects, and waits at most `wait` ms for the first answer. Throws `queue_unavailable`. */
export async function openRedis(settings: RedisSettings, log: Log, wait = 5000): Promise<RedisLinks> {
  const made = [
    make(settings, producerOptions, log.child({ link: "producer" })),
    make(settings, patientOptions, log.child({ link: "patient" })),
    make(settings, patientOptions, log.child({ link: "listener" })),
  ] as const;
  const [producer, patient, listener] = made;
  const close = async (): Promise<void> => {
    for (const redis of made) redis.disconnect();
    await Promise.resolve();
  };
  try {
    await ready(producer, wait, settings.url);
  } catch (error) {
    await close();
    throw error;
  }
  return { prefix: settings.prefix, producer, patient, listener, close };
}

const retryStrategy = (times: number): number => Math.min(50 * 2 ** Math.min(times, 6), 2000);

/** No offline queue and nothing sent again: a command that was reported as failed must not happen later. */
const producerOptions: Options = {
  commandTimeout,
  connectTimeout: commandTimeout,
  // Bytes sent and no answer: the peer vanished without a word. Reconnect rather than wait for the kernel.
  socketTimeout: 5000,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: null,
  retryStrategy,
};

const patientOptions: Options = { connectTimeout: 5000, maxRetriesPerRequest: null, retryStrategy };

type Options = RedisOptions & { replyMapping?: "legacy" };

function make(settings: RedisSettings, options: Options, log: Log): Redis {
  const full: Options = { ...options };
  if (settings.username !== null) full.username = settings.username;
  if (settings.password !== null) full.password = settings.password.reveal();
  const path = /^unix:(?:\/\/)?(\/.*)$/.exec(settings.url)?.[1];
  if (path === undefined && !/^rediss?:\/\//.test(settings.url))
    throw fail("usage", `the redis url \`${place(settings.url)}\` is none`, {
      hint: "redis://HOST:6379, rediss://HOST:6379 or unix:/path",
    });
  const redis = path === undefined ? new Together(settings.url, full) : new Together({ ...full, path });
  sayOnce(redis, log);
  return redis;
}

/** One line when the connection is lost and one when it is back, not one per attempt. */
function sayOnce(redis: Redis, log: Log): void {
  let away = false;
  redis.on("error", (error: Error) => {
    if (!away) log.warn({ error: error.message }, "redis does not answer; trying again");
    away = true;
  });
  redis.on("ready", () => {
    if (away) log.info({}, "redis is back");
    away = false;
  });
}

async function ready(redis: Redis, wait: number, url: string): Promise<void> {
  const began = Date.now();
  let last = "no answer";
  const heard = (error: Error): void => {
    last = error.message;
  };
  redis.on("error", heard);
  while (redis.status !== "ready" && Date.now() - began < wait && !/WRONGPASS|NOAUTH|NOPERM/.test(last))
    await new Promise((resolve) => setTimeout(resolve, 10));
  redis.off("error", heard);
  if (redis.status === "ready") return;
  throw fail("queue_unavailable", `no connection to redis at ${place(url)}: ${last}`, {
    hint: /WRONGPASS|NOAUTH|NOPERM/.test(last) ? "check redis.username and redis.password" : "check that redis runs and redis.url",
  });
}

/** The address without what may be secret in it. */
function place(url: string): string {
  return url.replace(/\/\/[^@/]*@/, "//");
}
