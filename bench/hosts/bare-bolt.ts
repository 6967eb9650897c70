import { App, SocketModeReceiver } from "@slack/bolt";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { z } from "zod";
import { serveParent } from "./child.js";

/** The least that stores a job and then acknowledges: Bolt and BullMQ, nothing of the product. */
const Opening = z.object({ socket: z.string(), apiUrl: z.string(), appToken: z.string(), botToken: z.string(), prefix: z.string() });

serveParent(async (asked) => {
  const { socket, apiUrl, appToken, botToken, prefix } = Opening.parse(asked);
  const connection = new Redis({ path: socket, maxRetriesPerRequest: null });
  const queue = new Queue("reads", { connection, prefix });
  const receiver = new SocketModeReceiver({ appToken, installerOptions: { clientOptions: { slackApiUrl: apiUrl } } });
  const app = new App({ receiver, authorize: () => Promise.resolve({ botToken, botId: "B", botUserId: "U" }), convoStore: false });
  app.command("/calico", async ({ body, ack }) => {
    await queue.add("job", { body }, { removeOnComplete: { age: 7200 } });
    await ack();
  });
  await app.start();
  return null;
});
