import type { App, Receiver, ReceiverEvent } from "@slack/bolt";

/** How a listener of events acknowledges by itself. */
export interface Delivery {
  ack(): Promise<void>;
  /** Set by the listener: from then on acknowledging is its business. */
  taken: boolean;
}

/** Name under which listeners find their delivery in Bolt's context. */
export const deliveryKey = "delivery";

/**
 * Bolt acknowledges events before it calls a listener; if the bot then dies, nobody repeats them. Around a receiver this leaves it to the
 * listener, which acknowledges what it has stored; what no listener took is acknowledged afterwards.
 */
export function storedFirst(inner: Receiver): Receiver {
  return {
    init(app) {
      const processEvent = (event: ReceiverEvent): Promise<void> => process(app, event);
      // A receiver asks nothing else of its app.
      inner.init({ processEvent } as unknown as App);
    },
    start: (...args: unknown[]) => inner.start(...args),
    stop: (...args: unknown[]) => inner.stop(...args),
  };
}

async function process(app: App, event: ReceiverEvent): Promise<void> {
  if (event.body["event"] === undefined) return app.processEvent(event);
  const delivery: Delivery = { ack: async () => event.ack(), taken: false };
  const customProperties = { ...event.customProperties, [deliveryKey]: delivery };
  await app.processEvent({ ...event, ack: async () => {}, customProperties });
  if (!delivery.taken) await delivery.ack();
}
