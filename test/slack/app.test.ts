import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { parted } from "../../src/command/document.js";
import type { Actor } from "../../src/contract/actor.js";
import { fail } from "../../src/contract/failure.js";
import { view } from "../../src/contract/view.js";
import type { Dispatch, Place, Request, Submitted } from "../../src/dispatch/ports.js";
import { pngOf } from "../../src/picture/png.js";
import { createSlackApp, type SlackApp } from "../../src/slack/app.js";
import { createClient } from "../../src/slack/client.js";
import { createDeliver } from "../../src/slack/deliver.js";
import { type KeptLog, keptLog } from "./kept-log.js";
import { type SlackServer, startSlack } from "./slack-server.js";

/** Over Bolt's own Socket Mode receiver, against a socket and a Web API on loopback. */
let slack: SlackServer;
let log: KeptLog;
let app: SlackApp;
let steps: string[];
let asked: Request[];
let cancelled: [string, Actor, Place][];
let submit: (request: Request) => Promise<Partial<Submitted>>;

beforeEach(async () => {
  slack = await startSlack();
  log = keptLog();
  [steps, asked, cancelled] = [[], [], []];
  submit = () => Promise.resolve({});
  app = make();
});
afterEach(async () => {
  await app.stop();
  await slack.close();
});

function make(team = "T1"): SlackApp {
  const secret = (value: string): { reveal(): string } => ({ reveal: () => value });
  const settings = { team, appToken: secret("xapp-1"), botToken: secret("xoxb-1"), command: "/calico", apiUrl: slack.apiUrl };
  const client = createClient(settings, log);
  const dispatch: Dispatch = {
    async submit(request) {
      asked.push(request);
      steps.push("submit");
      const more = await submit(request);
      steps.push("stored");
      return { request, duplicate: false, jobs: [], show: view("ok", "shown"), onlyFor: false, ...more };
    },
    announce: (submitted) => Promise.resolve(void steps.push(`announce ${submitted.request.id === asked[0]?.id}`)),
    form: (text) => (text === "policy preview" ? { title: "Preview", label: "YAML", line: text } : null),
    takesDocument: (text) => text.startsWith("apply"),
    async wrongIn(text) {
      if (text.includes("slow")) await new Promise((resolve) => setTimeout(resolve, 4000));
      return text.includes("bad") ? "4:1: bad is no field" : null;
    },
    cancel: (id, actor, place) => {
      cancelled.push([id, actor, place]);
      return Promise.resolve(view("info", "cancelling"));
    },
  };
  return createSlackApp({
    settings,
    client,
    dispatch,
    deliver: createDeliver({ client, settings, log, asText: () => "", draw: pngOf }),
    log,
    userGroups: [],
  });
}

const slash = (more: object = {}): { type: string; payload: object } => ({
  type: "slash_commands",
  payload: {
    command: "/calico",
    team_id: "T1",
    channel_id: "C1",
    user_id: "U1",
    user_name: "ann",
    text: "status lab",
    trigger_id: "1.2.a",
    response_url: slack.responseUrl,
    ...more,
  },
});
const mention = { type: "app_mention", user: "U1", text: "<@UBOT> status lab", ts: "100.1", channel: "C1", team: "T1", event_ts: "100.1" };
const event = (more: object = {}): { type: string; payload: object } => ({
  type: "events_api",
  payload: { type: "event_callback", team_id: "T1", event_id: "Ev1", event_time: 100, event: { ...mention, ...more } },
});
const click = (action: object): { type: string; payload: object } => ({
  type: "interactive",
  payload: {
    type: "block_actions",
    team: { id: "T1" },
    user: { id: "U2", team_id: "T1" },
    channel: { id: "C1" },
    message: { ts: "100.1" },
    container: { type: "message", message_ts: "100.1", channel_id: "C1" },
    response_url: slack.responseUrl,
    actions: [{ type: "button", block_id: "b", action_ts: "200.1", ...action }],
  },
});
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 150));

describe("a line that lacks its document", () => {
  const submission = (value: string): { type: string; payload: object } => {
    const [opened] = slack.of("views.open");
    const view = opened?.["view"] as { private_metadata: string; callback_id: string };
    return {
      type: "interactive",
      payload: {
        type: "view_submission",
        team: { id: "T1" },
        user: { id: "U1", username: "ann", team_id: "T1" },
        view: { ...view, id: "V1", hash: "1.a", state: { values: { document: { text: { type: "plain_text_input", value } } } } },
      },
    };
  };

  test("opens a form with the trigger, and stores nothing yet", async () => {
    await app.start();
    const ack = await slack.send(slash({ text: "policy preview" }));
    expect(ack?.payload).toEqual({});
    expect(slack.of("views.open")).toEqual([expect.objectContaining({ trigger_id: "1.2.a" })]);
    expect(asked).toEqual([]);
  });

  test("what is filled in is the document below the line, and is answered where the line was typed", async () => {
    await app.start();
    await slack.send(slash({ text: "policy preview" }));
    const ack = await slack.send(submission("kind: Tier"));
    await settled();
    expect(ack?.payload).toEqual({});
    expect(asked).toMatchObject([
      { via: "modal", text: "policy preview\nkind: Tier", actor: { user: "U1" }, place: { channel: "C1", user: "U1", thread: null } },
    ]);
    expect(steps).toContain("announce true");
  });

  test("what is wrong is shown in the form, which stays open", async () => {
    await app.start();
    await slack.send(slash({ text: "policy preview" }));
    const ack = await slack.send(submission("bad: 1"));
    expect(ack?.payload).toEqual({ response_action: "errors", errors: { document: "4:1: bad is no field" } });
    expect(asked).toEqual([]);
  });

  test("what takes long to check is taken before Slack loses patience; the answer will tell what is wrong", async () => {
    await app.start();
    await slack.send(slash({ text: "policy preview" }));
    const ack = await slack.send(submission("slow: bad"), 2900);
    await settled();
    expect(ack?.payload).toEqual({});
    expect(asked).toMatchObject([{ via: "modal", text: "policy preview\nslow: bad" }]);
  });

  test("is taken as it is where no form can be opened, so that its failure says how else to give it", async () => {
    slack.on("views.open", () => ({ ok: false, error: "expired_trigger_id" }));
    await app.start();
    await slack.send(slash({ text: "policy preview" }));
    await settled();
    expect(asked).toMatchObject([{ via: "slash", text: "policy preview" }]);
  });
});

describe("a slash command over the socket", () => {
  test("is stored, then acknowledged without a word, then announced", async () => {
    await app.start();
    submit = async () => {
      await settled();
      steps.push("slow store");
      return {};
    };
    const ack = await slack.send(slash());
    steps.push("acknowledged");
    await settled();
    expect(ack?.payload).toEqual({});
    expect(steps.slice(0, 3)).toEqual(["submit", "slow store", "stored"]);
    expect(steps.slice(3).toSorted()).toEqual(["acknowledged", "announce true"]);
    expect(asked[0]).toMatchObject({
      actor: { kind: "slack", team: "T1", user: "U1", name: "ann", foreign: false, bot: false },
      via: "slash",
      text: "status lab",
      place: { channel: "C1", thread: null, responseUrl: slack.responseUrl },
    });
  });

  test("that could not be stored is acknowledged with the reason, for the asker alone", async () => {
    await app.start();
    submit = () => Promise.reject(fail("queue_unavailable", "redis does not answer"));
    const ack = await slack.send(slash());
    expect(ack?.payload).toMatchObject({ response_type: "ephemeral", text: "the queue cannot be reached: redis does not answer" });
    await settled();
    expect(steps).toEqual(["submit"]);
  });

  test("is acknowledged before Slack loses patience; the answer follows", async () => {
    await app.start();
    let release = (): void => {};
    submit = () => new Promise((resolve) => (release = () => resolve({})));
    const start = Date.now();
    const ack = await slack.send(slash(), 5000);
    expect(Date.now() - start).toBeLessThan(2900);
    expect(ack?.payload).toMatchObject({ response_type: "ephemeral", text: "the queue is slow" });
    release();
    await settled();
    expect(steps).toEqual(["submit", "stored", "announce true"]);
  });

  test("of a guest and of another workspace is handed on as such", async () => {
    await app.start();
    slack.on("users.info", ({ user }) => ({ ok: true, user: { id: user, team_id: "T1", is_restricted: true } }));
    await slack.send(slash());
    await slack.send(slash({ team_id: "T9", trigger_id: "b" }));
    expect(asked.map(({ actor }) => actor)).toEqual([
      expect.objectContaining({ user: "U1", foreign: true }),
      expect.objectContaining({ team: "T9", foreign: true }),
    ]);
  });

  test("waits at most a second for Slack to say who asks", async () => {
    await app.start();
    slack.on("users.info", () => new Promise((resolve) => setTimeout(() => resolve({ ok: true }), 1500)));
    const start = Date.now();
    await slack.send(slash());
    expect(Date.now() - start).toBeLessThan(1400);
    expect(asked[0]?.actor).toMatchObject({ foreign: true });
  });
});

describe("a mention", () => {
  test("is acknowledged after it is stored, not before", async () => {
    await app.start();
    submit = async () => {
      await settled();
      steps.push("slow store");
      return {};
    };
    await slack.send(event({ thread_ts: "99.1" }));
    expect(steps).toContain("stored");
    expect(asked[0]).toMatchObject({ via: "mention", text: "status lab", place: { thread: "99.1", responseUrl: null } });
  });

  test("that is not stored stays unacknowledged, so that Slack delivers it again, as the same request", async () => {
    await app.start();
    let release = (): void => {};
    submit = () => new Promise((resolve) => (release = () => resolve({})));
    expect(await slack.send(event(), 300)).toBeNull();
    release();
    await settled();
    submit = () => Promise.resolve({});
    expect(await slack.send(event())).not.toBeNull();
    expect(asked[0]?.id).toBe(asked[1]?.id);
  });

  test("that failed is answered to the asker alone", async () => {
    await app.start();
    submit = () => Promise.reject(fail("queue_unavailable", "redis does not answer"));
    expect(await slack.send(event())).not.toBeNull();
    await settled();
    expect(slack.of("chat.postEphemeral")).toEqual([
      expect.objectContaining({ channel: "C1", user: "U1", text: "the queue cannot be reached: redis does not answer" }),
    ]);
  });

  test("by the bot itself is acknowledged and nothing else", async () => {
    await app.start();
    expect(await slack.send(event({ user: "UBOT", bot_id: "BBOT" }))).not.toBeNull();
    expect(asked).toEqual([]);
  });

  test("is everything that somebody writes to the bot directly, where Slack sends no mentions", async () => {
    await app.start();
    const direct = { type: "message", channel: "D1", channel_type: "im", text: "status lab" };
    await slack.send(event(direct));
    await slack.send(event({ ...direct, subtype: "message_changed", ts: "100.2" }));
    await slack.send(event({ ...direct, bot_id: "B7", ts: "100.3" }));
    await slack.send(event({ ...direct, channel: "C1", channel_type: "channel", ts: "100.4" }));
    expect(asked).toEqual([
      expect.objectContaining({ via: "mention", text: "status lab", place: expect.objectContaining({ channel: "D1" }) }),
    ]);
  });

  test("is no other event: those are acknowledged too", async () => {
    await app.start();
    expect(await slack.send(event({ type: "message" }))).not.toBeNull();
    expect(asked).toEqual([]);
  });
});

describe("a file that is attached to a mention", () => {
  const files = (name = "policy.yaml"): object[] => [
    { id: "F1", name, mimetype: "text/plain", size: 20, url_private_download: `${slack.apiUrl}files-pri/T1-F1/${name}` },
  ];
  const serve = (body: string, ms = 0): void =>
    slack.on("files-pri/T1-F1/policy.yaml", async () => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      return { status: 200, body };
    });

  test("stands below the line as it is, and is acknowledged after it is stored", async () => {
    await app.start();
    serve("a: <b> && '&amp;'\n", 300);
    expect(await slack.send(event({ text: "<@UBOT> apply --dry-run", files: files() }))).not.toBeNull();
    expect(steps.slice(0, 2)).toEqual(["submit", "stored"]);
    expect(asked[0]?.text.split("\n")[0]).toBe("apply --dry-run");
    expect(parted(asked[0]?.text ?? "").document).toBe("a: <b> && '&amp;'\n");
  });

  test("comes with a direct message too", async () => {
    await app.start();
    serve("kind: Tier");
    await slack.send(event({ type: "message", channel: "D1", channel_type: "im", subtype: "file_share", text: "apply", files: files() }));
    expect(asked.map(({ text }) => text)).toEqual(["apply\nkind: Tier"]);
  });

  test("is left alone where the line takes no document, and where its shape is unknown the words still count", async () => {
    await app.start();
    await slack.send(event({ files: files() }));
    await slack.send(event({ text: "<@UBOT> apply", files: [{ nonsense: true }], ts: "100.2" }));
    expect(asked.map(({ text }) => text)).toEqual(["status lab", "apply"]);
    expect(slack.of("files-pri/T1-F1/policy.yaml")).toEqual([]);
  });

  test.each([
    ["a document below the line as well", "apply\nkind: Tier", "there is a document below the line and an attached file"],
    ["a file that is not there", "apply", "slack refused `policy.yaml` with status 404"],
  ])("that cannot be taken is told to the asker alone, and nothing is asked: %s", async (_, text, expected) => {
    slack.on("files-pri/T1-F1/policy.yaml", () => ({ status: 404 }));
    await app.start();
    expect(await slack.send(event({ text: `<@UBOT> ${text}`, files: files() }))).not.toBeNull();
    await settled();
    expect(slack.of("chat.postEphemeral")).toEqual([
      expect.objectContaining({ channel: "C1", user: "U1", text: expect.stringContaining(expected) }),
    ]);
    expect(asked).toEqual([]);
  });

  test("that does not come is given up in time to acknowledge within Slack's 3 s", async () => {
    await app.start();
    serve("kind: Tier", 4000);
    expect(await slack.send(event({ text: "<@UBOT> apply", files: files() }), 2900)).not.toBeNull();
    await settled();
    expect(slack.of("chat.postEphemeral")).toEqual([expect.objectContaining({ text: expect.stringContaining("within 2000 ms") })]);
  });
});

describe("a button", () => {
  test("is a request of who pressed it", async () => {
    await app.start();
    expect(await slack.send(click({ action_id: "again:0", value: "status lab" }))).not.toBeNull();
    await settled();
    expect(steps).toEqual(["submit", "stored", "announce true"]);
    expect(asked[0]).toMatchObject({ via: "button", text: "status lab", actor: { user: "U2" }, place: { replaces: "100.1" } });
  });

  test("Cancel asks dispatch and tells the presser", async () => {
    await app.start();
    await slack.send(click({ action_id: "cancel", value: "0123456789abcdef" }));
    await settled();
    expect(cancelled).toEqual([["0123456789abcdef", expect.objectContaining({ user: "U2" }), expect.objectContaining({ channel: "C1" })]]);
    expect(slack.of("respond")).toEqual([expect.objectContaining({ response_type: "ephemeral", text: "cancelling" })]);
    expect(asked).toEqual([]);
  });

  test("that nobody knows is acknowledged", async () => {
    await app.start();
    expect(await slack.send(click({ action_id: "link" }))).not.toBeNull();
    expect(asked).toEqual([]);
  });
});

describe("the connection", () => {
  test("is refused for the token of another workspace", async () => {
    await expect(make("T9").start()).rejects.toMatchObject({ failure: { code: "credentials", message: expect.stringContaining("T1") } });
  });

  test.each([
    ["auth.test", "bot token"],
    ["apps.connections.open", "app token"],
  ])("says which token is wrong when %s is refused", async (method, token) => {
    slack.on(method, () => ({ ok: false, error: "invalid_auth" }));
    await expect(app.start()).rejects.toMatchObject({
      failure: { code: "credentials", message: `slack refused the ${token}: invalid_auth` },
    });
    expect(app.connected()).toBe(false);
  });

  test("is closed by stop, within its time; what comes meanwhile is told to ask again", async () => {
    await app.start();
    expect(app.connected()).toBe(true);
    let release = (): void => {};
    submit = () => new Promise((resolve) => (release = () => resolve({})));
    const first = slack.send(slash());
    await settled();
    const stopped = app.stop();
    const second = await slack.send(slash({ trigger_id: "b" }));
    expect(second?.payload).toMatchObject({ response_type: "ephemeral", text: "the bot is restarting" });
    expect(await slack.send(event(), 200)).toBeNull();
    release();
    expect((await first)?.payload).toEqual({});
    await stopped;
    await settled();
    expect(slack.sockets()).toBe(0);
    expect(asked).toHaveLength(1);
  });

  test("is made anew when Slack asks for it, also if Slack is out of order just then", async () => {
    await app.start();
    const open = { ok: true, url: slack.apiUrl.replace("http", "ws").replace("/api/", "/link") };
    slack.on("apps.connections.open", (_, nth) => (nth < 3 ? { status: 503 } : open));
    slack.disconnect();
    const until = Date.now() + 15_000;
    while (slack.of("apps.connections.open").length < 4 || slack.sockets() === 0) {
      if (Date.now() > until) throw new Error("no second connection");
      await settled();
    }
    expect(await slack.send(slash())).not.toBeNull();
    expect(asked).toHaveLength(1);
  }, 20_000);
});
