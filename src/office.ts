import { createPrivateKey, createPublicKey } from "node:crypto";
import { resolve } from "node:path";
import { authorise } from "./access/authorise.js";
import { standing } from "./access/standing.js";
import { approversOf } from "./access/user-groups.js";
import { type Audit, createAudit } from "./audit/append.js";
import type { AuditEvent } from "./audit/entry.js";
import { createHeadKeeper } from "./audit/kept-heads.js";
import { recentEntries } from "./audit/recent.js";
import { retain } from "./audit/retain.js";
import type { Command } from "./command/define.js";
import { loadCommands } from "./command/load.js";
import type { Config } from "./config/valid.js";
import { fail } from "./contract/failure.js";
import { createDispatch, type RunningDispatch } from "./dispatch/dispatch.js";
import type { Deliver } from "./dispatch/ports.js";
import type { Log } from "./log/log.js";
import { createClusterQueue } from "./queue/cluster-queue.js";
import { createReader } from "./reading/reader.js";
import { createChain } from "./redis/chain.js";
import { checkRedis } from "./redis/check.js";
import { openRedis } from "./redis/connect.js";
import { createStore } from "./redis/store.js";

/** What bot and terminal have in common: the use cases over Redis, without anybody to show answers to yet. */
export interface Office {
  commands: ReadonlyMap<string, Command>;
  /** Ties the use cases to whoever shows views. `replyTo` null = the bots' own queue. */
  open(deliver: Deliver, replyTo: string | null): RunningDispatch;
  /** Whether Redis answers right now. */
  reachable(): boolean;
  /** Tells of every request, answer and cancel, for the metrics. */
  onEvent(hear: (event: AuditEvent) => void): void;
  /** Puts old audit entries away when there are too many. */
  tidy(): Promise<void>;
  close(): Promise<void>;
}

/** Connects to Redis (waiting `wait` ms for it) and loads the commands; needs the bot's signing key. */
export async function openOffice(config: Config, log: Log, wait?: number): Promise<Office> {
  const { bot } = config;
  if (!bot) throw fail("internal", "the configuration was loaded without its `bot:` section");
  const commands = await loadCommands(resolve(import.meta.dirname, "../commands"));
  const links = await openRedis(config.redis, log, wait);
  for (const warning of (await checkRedis(links)).warnings) log.warn({}, warning);
  const clusters = config.clusters.map(({ name, hosts, workerKeys }) => {
    return { name, hosts, workerKeys: workerKeys.map((pem) => createPublicKey(pem)), queue: createClusterQueue(links, name, log) };
  });
  const signingKey = createPrivateKey(bot.signingKey.reveal());
  const chain = createChain(links, "bot", "audit");
  const keeper = createHeadKeeper(config.state, "bot", log);
  const audit = createAudit({ chain, key: signingKey, log, keep: keeper.keep });
  let hear: (event: AuditEvent) => void = () => {};
  const heard: Audit = {
    ...audit,
    append(event) {
      hear(event);
      return audit.append(event);
    },
  };
  const reader = createReader();
  const names = clusters.map(({ name }) => name);
  return {
    commands,
    open(deliver, replyTo) {
      return createDispatch({
        clusters,
        commands,
        authorise: (ask) => authorise(config.access, ask),
        standing: (actor, channel) => standing(config.access, names, { actor, channel }),
        approvers: () => approversOf(config.access),
        signingKey,
        state: createStore(links, "bot"),
        audit: heard,
        recorded: (wanted) => recentEntries({ chain, keys: [createPublicKey(signingKey)] }, wanted),
        deliver,
        readDocument: reader.read,
        log,
        ...(replyTo === null ? {} : { replyTo }),
      });
    },
    reachable: () => links.producer.status === "ready",
    onEvent(listener) {
      hear = listener;
    },
    async tidy() {
      await retain({ chain, key: signingKey, folder: config.state, log });
    },
    async close() {
      await audit.close();
      await keeper.close();
      await reader.close();
      await Promise.all(clusters.map(({ queue }) => queue.close()));
      await links.close();
    },
  };
}
