import { App, LogLevel, type types } from "@slack/bolt";
import type { SlackLab } from "../../../lab/slack/server.js";

/** What an app of the workspace was told, and how it answers submissions. */
export interface TinyApp {
  app: App;
  submitted: { values: unknown; metadata: string }[];
  closed: string[];
  /** Buttons that were pressed. */
  clicked: { user: string; value: string | undefined }[];
  /** Events of messages and mentions, whole. */
  heard: Record<string, unknown>[];
  /** Of the last command. */
  trigger: string;
  /** Text of the next error at the field `reason`; null = submissions are taken. */
  complaint: string | null;
  stop(): Promise<void>;
}

export const view: types.ModalView = {
  type: "modal",
  callback_id: "why",
  title: { type: "plain_text", text: "Approve a change" },
  submit: { type: "plain_text", text: "Approve" },
  close: { type: "plain_text", text: "Not now" },
  notify_on_close: true,
  private_metadata: "change-7",
  blocks: [
    { type: "section", text: { type: "mrkdwn", text: ":warning: *Cuts tcp/25 to internet for 3,118 VMs*" } },
    {
      type: "input",
      block_id: "reason",
      label: { type: "plain_text", text: "Reason" },
      hint: { type: "plain_text", text: "It stands in the audit record." },
      element: { type: "plain_text_input", action_id: "text" },
    },
    {
      type: "input",
      block_id: "until",
      label: { type: "plain_text", text: "Keep for" },
      element: {
        type: "static_select",
        action_id: "hours",
        options: ["4h", "8h"].map((value) => ({ text: { type: "plain_text", text: value }, value })),
      },
    },
  ],
};

/** What tests provoke is no news. */
const nothing = (): void => undefined;
const silent = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  getLevel: () => LogLevel.ERROR,
  setName: nothing,
};

/** A Bolt app over the workspace's own socket: the real client of what the stand-in stands in for. */
export async function startTinyApp(slack: SlackLab): Promise<TinyApp> {
  const { appToken, botToken } = slack.state.workspace;
  const app = new App({
    token: botToken,
    appToken,
    socketMode: true,
    logger: silent,
    clientOptions: { slackApiUrl: `${slack.url}/api/`, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true },
  });
  const tiny: TinyApp = {
    app,
    submitted: [],
    closed: [],
    clicked: [],
    heard: [],
    trigger: "",
    complaint: null,
    stop: async () => void (await app.stop()),
  };
  app.command("/calico", async ({ ack, client, body }) => {
    await ack();
    tiny.trigger = body.trigger_id;
    await client.views.open({ trigger_id: body.trigger_id, view });
  });
  app.view("why", async ({ ack, view: { state, private_metadata: metadata } }) => {
    if (tiny.complaint !== null) return ack({ response_action: "errors", errors: { reason: tiny.complaint } });
    tiny.submitted.push({ values: state.values, metadata });
    return ack();
  });
  app.view({ callback_id: "why", type: "view_closed" }, async ({ ack, view: { id } }) => {
    await ack();
    tiny.closed.push(id);
  });
  app.action(/^run:/, async ({ ack, body, action }) => {
    await ack();
    tiny.clicked.push({ user: body.user.id, value: "value" in action && typeof action.value === "string" ? action.value : undefined });
  });
  for (const name of ["app_mention", "message"] as const)
    app.event(name, async ({ event }) => void tiny.heard.push(event as unknown as Record<string, unknown>));
  await app.start();
  return tiny;
}
