import type { RedisLinks } from "./connect.js";
import { reached } from "./reached.js";

/** Messages that only those get who listen right now; nothing is kept. */
export interface Bus {
  publish(channel: string, text: string): Promise<void>;
  /** Resolves once Redis has confirmed; the returned function ends it. */
  subscribe(channel: string, hear: (text: string) => void): Promise<() => Promise<void>>;
}

/** Pub/sub below `<prefix>:<room>:`. */
export function createBus(links: Pick<RedisLinks, "producer" | "listener" | "prefix">, room: string): Bus {
  const at = (channel: string): string => `${links.prefix}:${room}:${channel}`;
  return {
    async publish(channel, text) {
      await reached(links.producer.publish(at(channel), text), `publishing on ${channel}`);
    },
    async subscribe(channel, hear) {
      const full = at(channel);
      const handler = (from: string, text: string): void => {
        if (from === full) hear(text);
      };
      links.listener.on("message", handler);
      await links.listener.subscribe(full);
      return async () => {
        links.listener.off("message", handler);
        if (links.listener.status === "ready") await links.listener.unsubscribe(full);
      };
    },
  };
}
