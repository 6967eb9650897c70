import { type Receiver, SocketModeReceiver } from "@slack/bolt";
import { fail } from "../contract/failure.js";
import type { Log } from "../log/log.js";
import { refusal } from "./client.js";
import { inTime } from "./in-time.js";
import { sdkLogger } from "./sdk-logger.js";
import { apiBase, type SlackSettings } from "./settings.js";

/** The connection to Slack, over which deliveries come in. */
export interface Socket {
  receiver: Receiver;
  /** Whether deliveries can come in right now. */
  connected(): boolean;
}

const startWithin = 20_000;
const stopWithin = 3000;

/** A Socket Mode connection that starts, or says why not, and stops within a bounded time, which the SDK's own does not. */
export function createSocket(settings: SlackSettings, log: Log): Socket {
  const receiver = new SocketModeReceiver({
    appToken: settings.appToken.reveal(),
    logger: sdkLogger(log),
    installerOptions: {
      clientOptions: {
        slackApiUrl: apiBase(settings),
        timeout: 10_000,
        // Once the SDK gives up on opening a connection it never tries again, so it must not give up.
        retryConfig: { forever: true, factor: 1.5, minTimeout: 500, maxTimeout: 10_000, randomize: true, unref: true },
      },
    },
  });
  let connected = false;
  receiver.client.on("connected", () => {
    connected = true;
    log.info({}, "connected to slack");
  });
  receiver.client.on("close", () => {
    if (connected) log.warn({}, "the connection to slack is closed");
    connected = false;
  });
  return {
    receiver: {
      init: (app) => receiver.init(app),
      start: () => opened(receiver),
      stop: () => closed(receiver, log),
    },
    connected: () => connected,
  };
}

async function opened(receiver: SocketModeReceiver): Promise<void> {
  try {
    const answer = await inTime(receiver.start(), startWithin, "late");
    if (answer === "late") throw new Error(`no connection within ${startWithin} ms`);
  } catch (error) {
    const word = refusal(error);
    if (word === null) throw fail("unreachable", "slack opened no connection", { hint: "check the way to slack.com:443", cause: error });
    const hint = "it is the app-level token (xapp-) with scope connections:write";
    throw fail("credentials", `slack refused the app token: ${word}`, { hint, cause: error });
  }
}

async function closed({ client }: SocketModeReceiver, log: Log): Promise<void> {
  const left = client.disconnect().then(() => "closed");
  if ((await inTime(left, stopWithin, "late")) === "late") log.debug({}, "slack did not close the connection in time; leaving it");
}
