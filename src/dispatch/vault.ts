import { createPublicKey, type KeyObject } from "node:crypto";
import type { z } from "zod";
import { open, seal, sealedHere } from "../contract/envelope.js";
import { toFailure } from "../contract/failure.js";
import type { Log } from "../log/log.js";
import { recordLife } from "./record.js";

/** Signs what the bots keep in Redis for themselves, so that nobody else can make them post something or post it elsewhere. */
export interface Vault {
  /** `life` in ms: it is not believed afterwards; four hours unless said. */
  seal(key: string, value: unknown, life?: number): string;
  /** Null for what is missing, and for what no bot has signed under this very key. */
  open<T>(key: string, text: string | null, schema: z.ZodType<T>): T | null;
}

/** A vault with the bot's own key; other bots' keys are accepted too. */
export function createVault(signingKey: KeyObject, others: readonly KeyObject[], log: Log): Vault {
  const cluster = "_bot";
  const own = createPublicKey(signingKey);
  const trusted = [own, ...others];
  return {
    seal: (key, payload, life = 2 * recordLife) =>
      JSON.stringify(sealedHere(seal({ kind: "request", id: key, cluster, actor: "bot", ttl: life, payload }, signingKey), own)),
    open(key, text, schema) {
      if (text === null) return null;
      try {
        const { envelope, value } = open(JSON.parse(text), schema, { kind: "request", cluster, keys: trusted });
        if (envelope.id === key) return value;
        log.warn({ key, signedFor: envelope.id }, "a record in redis lies under another key");
      } catch (error) {
        log.warn({ key, failure: toFailure(error) }, "a record in redis is not one of the bots'");
      }
      return null;
    },
  };
}
