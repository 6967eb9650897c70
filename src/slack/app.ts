import { App, type Context, type Receiver, type RespondArguments } from "@slack/bolt";
import { fail } from "../contract/failure.js";
import type { View } from "../contract/view.js";
import type { Dispatch } from "../dispatch/ports.js";
import type { Log } from "../log/log.js";
import { createAttached } from "./attached.js";
import { toMessage } from "./blocks/message.js";
import { type Client, refusal } from "./client.js";
import type { SlackDeliver } from "./deliver.js";
import { formErrors, formId, formView } from "./form.js";
import { createInbox, type Inbox, type InboxDeps } from "./inbox.js";
import { createMembers } from "./members.js";
import { DirectPayload } from "./payloads.js";
import { guardRejections } from "./rejections.js";
import { sdkLogger } from "./sdk-logger.js";
import type { SlackSettings } from "./settings.js";
import { createSocket, type Socket } from "./socket.js";
import { type Delivery, deliveryKey, storedFirst } from "./stored-first.js";

/** The way in from Slack. */
export interface SlackApp {
  /** Connects. Throws `credentials` or `unreachable`. */
  start(): Promise<void>;
  /** Takes nothing new, lets what runs come to its end, disconnects. At most about 10 s. */
  stop(): Promise<void>;
  /** Whether people reach the bot right now. */
  connected(): boolean;
}

export interface SlackAppDeps {
  settings: SlackSettings;
  client: Client;
  dispatch: Dispatch;
  deliver: SlackDeliver;
  log: Log;
  /** Ids of the user groups that give roles. */
  userGroups: readonly string[];
  /** Where deliveries come from; Socket Mode unless given. */
  receiver?: Receiver;
}

const drainWithin = 4000;
const uploadsWithin = 3000;

/** Slash command, mentions and buttons of one workspace, handed to dispatch. */
export function createSlackApp(deps: SlackAppDeps): SlackApp {
  let running: { socket: Socket; inbox: Inbox; unguard: () => void } | null = null;
  return {
    async start() {
      const { botId, botUser } = await identify(deps);
      const socket: Socket = deps.receiver === undefined ? createSocket(deps.settings, deps.log) : given(deps.receiver);
      const members = createMembers({ client: deps.client, team: deps.settings.team, groups: deps.userGroups, log: deps.log });
      const inbox = createInbox({ ...deps, members, botUser, attached: createAttached(deps), open: opener(deps.client) });
      connect(deps, { receiver: storedFirst(socket.receiver), inbox, botId, botUser });
      running = { socket, inbox, unguard: guardRejections(deps.log) };
      try {
        await socket.receiver.start();
      } catch (error) {
        await this.stop();
        throw error;
      }
    },
    async stop() {
      if (running === null) return;
      const { socket, inbox, unguard } = running;
      running = null;
      await inbox.close(drainWithin);
      await deps.deliver.settle(uploadsWithin);
      await socket.receiver.stop();
      unguard();
    },
    connected: () => running?.socket.connected() ?? false,
  };
}

const given = (receiver: Receiver): Socket => ({ receiver, connected: () => true });

/** Who the token says the bot is; it must be of the workspace that is served. */
async function identify({ client, settings }: SlackAppDeps): Promise<{ botId: string; botUser: string }> {
  const me = await client.auth.test().catch((error: unknown) => {
    const word = refusal(error);
    if (word === null) throw fail("unreachable", "slack did not answer", { hint: "check the way to slack.com:443", cause: error });
    throw fail("credentials", `slack refused the bot token: ${word}`, { hint: "it begins with xoxb-", cause: error });
  });
  if (me.team_id !== settings.team)
    throw fail("credentials", `the bot token is of workspace ${me.team_id ?? "?"}, the config names ${settings.team}`);
  return { botId: me.bot_id ?? "", botUser: me.user_id ?? "" };
}

interface Connection {
  receiver: Receiver;
  inbox: Inbox;
  botId: string;
  botUser: string;
}

/** Registers the listeners. Bolt parses and routes; everything else is the inbox's. */
function connect(deps: SlackAppDeps, { receiver, inbox, botId, botUser }: Connection): void {
  const { settings, log } = deps;
  const botToken = settings.botToken.reveal();
  const app = new App({
    receiver,
    authorize: () => Promise.resolve({ botToken, botId, botUserId: botUser }),
    convoStore: false,
    logger: sdkLogger(log),
  });
  app.error(async (error) => log.error({ err: error }, "bolt failed"));
  app.command(settings.command, ({ body, ack }) => inbox.slash(body, (say) => (say === undefined ? ack() : ack(ephemeral(deps, say)))));
  app.action(/./, ({ body, ack }) => inbox.click(body, () => ack()));
  app.view(formId, ({ body, ack }) => inbox.form(body, (wrong) => (wrong === undefined ? ack() : ack(formErrors(wrong)))));
  const mentioned = async ({ body, context }: { body: unknown; context: Context }): Promise<void> => {
    const delivery = context[deliveryKey] as Delivery;
    delivery.taken = true;
    await inbox.mention(body, () => delivery.ack(), (context.retryNum ?? 0) > 0);
  };
  app.event("app_mention", mentioned);
  // In direct messages Slack sends no mentions: everything written there is meant for the bot.
  app.event("message", async (said) => {
    if (DirectPayload.safeParse(said.body).success) await mentioned(said);
  });
}

const opener =
  (client: Client): InboxDeps["open"] =>
  async (trigger, form, incoming) => {
    await client.views.open({ trigger_id: trigger, view: formView(form, incoming) });
  };

function ephemeral({ settings }: SlackAppDeps, say: View): RespondArguments {
  const { text, blocks } = toMessage(say, { command: settings.command, asText: () => "" });
  return { response_type: "ephemeral", text, blocks };
}
