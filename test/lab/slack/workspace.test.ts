import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { types } from "@slack/bolt";
import { until } from "../../../lab/demo/stage.js";
import { type SlackLab, startSlack } from "../../../lab/slack/server.js";
import { createTriggers } from "../../../lab/slack/triggers.js";
import { pngOf } from "../../../src/picture/png.js";
import { createAttached, type SlackFile } from "../../../src/slack/attached.js";
import { startTinyApp, type TinyApp, view } from "./tiny-app.js";

let slack: SlackLab;
let tiny: TinyApp;
beforeAll(async () => {
  slack = await startSlack({ port: 0 });
  tiny = await startTinyApp(slack);
}, 30_000);
afterAll(async () => {
  await tiny.stop();
  await slack.stop();
}, 15_000);
beforeEach(() => {
  tiny.complaint = null;
  tiny.submitted.length = 0;
});

const root = resolve(import.meta.dirname, "../../..");
const run = promisify(execFile);
const driver = (...words: string[]) =>
  run(process.execPath, [join(root, "node_modules/.bin/tsx"), join(root, "lab/slack/cli.ts"), ...words], {
    env: { ...process.env, SLACK_LAB_URL: slack.url },
    timeout: 20_000,
  });
const client = () => tiny.app.client;
const word = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "ok",
    (error: { data?: { error?: string }; code?: string }) => error.data?.error ?? error.code ?? "?",
  );
const openViews = () => slack.modals.of("U0ALICE");
async function ask(): Promise<void> {
  await slack.acts.type("alice", "net-ops", "/calico");
  for (let i = 0; i < 50 && openViews().length === 0; i++) await new Promise((done) => setTimeout(done, 20));
}

describe("a view", () => {
  test("opens with the trigger of a command, is refused without its required fields, and arrives with what was filled in", async () => {
    await ask();
    expect(openViews()).toEqual([expect.objectContaining({ view: expect.objectContaining({ callback_id: "why" }) })]);

    expect((await slack.modals.submit("alice", { reason: "" })).errors).toEqual({
      reason: "Please complete this required field.",
      until: "Please complete this required field.",
    });
    expect(tiny.submitted).toEqual([]);

    expect((await slack.modals.submit("alice", { Reason: "rack move", hours: "8h" })).errors).toEqual({});
    expect(openViews()).toEqual([]);
    expect(tiny.submitted).toEqual([
      {
        metadata: "change-7",
        values: {
          reason: { text: { type: "plain_text_input", value: "rack move" } },
          until: { hours: { type: "static_select", selected_option: expect.objectContaining({ value: "8h" }) } },
        },
      },
    ]);
  });

  test("stays open with the app's own errors, and is submitted and closed from the terminal too", async () => {
    await ask();
    tiny.complaint = "say why";
    const refused = await driver("submit", "reason=x y", "until=4h").catch((error: { stdout: string; code: number }) => error);
    expect(refused).toMatchObject({ stdout: "reason: say why\n", code: 1 });
    expect(openViews()[0]?.errors).toEqual({ reason: "say why" });

    await driver("submit", "--close");
    expect(openViews()).toEqual([]);
    expect(tiny.closed).toHaveLength(1);
  }, 30_000);

  test("needs a trigger that is there, unused and younger than 3 s, and is changed by id and hash", async () => {
    await ask();
    expect(await word(client().views.push({ trigger_id: "nobody's", view }))).toBe("invalid_trigger_id");
    expect(await word(client().views.open({ trigger_id: tiny.trigger, view }))).toBe("exchanged_trigger_id");
    const long = { ...view, title: { type: "plain_text" as const, text: "x".repeat(25) } };
    expect(await word(client().views.open({ trigger_id: tiny.trigger, view: long }))).toBe("invalid_arguments");

    const { id = "", hash = "" } = openViews()[0] ?? {};
    expect(await word(client().views.update({ view_id: id, hash: "other", view }))).toBe("hash_conflict");
    expect(await word(client().views.update({ view_id: id, hash, view: { ...view, callback_id: "loaded", notify_on_close: false } }))).toBe(
      "ok",
    );
    expect(openViews()[0]?.view["callback_id"]).toBe("loaded");
    expect(await word(client().views.update({ view_id: "V0", view }))).toBe("not_found");
    await slack.modals.close("alice");

    let now = 0;
    const triggers = createTriggers(() => now);
    const [used, old] = [triggers.issue("U1"), triggers.issue("U1")];
    expect(triggers.take(used)).toEqual({ user: "U1" });
    expect(triggers.take(used)).toEqual({ error: "exchanged_trigger_id" });
    now = 3001;
    expect(triggers.take(old)).toEqual({ error: "expired_trigger_id" });
  });
});

describe("a question before a click", () => {
  const plain = (text: string, type: "plain_text" | "mrkdwn" = "plain_text") => ({ type, text });
  const confirm = { title: plain("Approve c-7?"), text: plain("Cuts tcp/25"), confirm: plain("Approve"), deny: plain("Back") };
  const card = (asked: object): { channel: string; text: string; blocks: types.KnownBlock[] } => ({
    channel: "C0NETOPS",
    text: "change c-7",
    blocks: [
      {
        type: "actions",
        elements: [{ type: "button", action_id: "run:0", value: "approve c-7", text: { type: "plain_text", text: "Approve…" }, ...asked }],
      },
    ],
  });
  const errors = async (asked: object): Promise<string[]> => {
    const refused = (await client()
      .chat.postMessage(card({ confirm: asked }))
      .catch((error: unknown) => error)) as { data?: { errors?: string[] } };
    return (refused.data?.errors ?? []).map((error) => error.replace("[json-pointer:/blocks/0/elements/0/confirm", "["));
  };

  test("is refused over Slack's lengths and without one of its texts", async () => {
    expect(await errors(confirm)).toEqual([]);
    expect(await errors({ ...confirm, text: plain("x".repeat(300), "mrkdwn"), style: "danger" })).toEqual([]);
    expect(await errors({ ...confirm, title: plain("t".repeat(101)) })).toEqual(["must be less than 101 characters [/title/text]"]);
    expect(await errors({ ...confirm, text: plain("x".repeat(301)) })).toEqual(["must be less than 301 characters [/text/text]"]);
    expect(await errors({ ...confirm, confirm: plain("y".repeat(31)), deny: plain("n".repeat(31)) })).toEqual([
      "must be less than 31 characters [/confirm/text]",
      "must be less than 31 characters [/deny/text]",
    ]);
    expect(await errors({ ...confirm, deny: undefined, title: plain("*t*", "mrkdwn"), style: "red" })).toEqual([
      "must be plain_text [/title/type]",
      "must be more than 0 characters [/deny/text]",
      "unsupported type of text [/deny/type]",
      "must be primary or danger [/style]",
    ]);
  });

  test("is answered with yes by the terminal, which says what it confirmed; the app gets the click as without it", async () => {
    const { ts = "" } = await client().chat.postMessage(card({ confirm }));
    tiny.clicked.length = 0;
    const { stderr } = await driver("press", ts, "Approve…", "--as", "bob");
    expect(stderr).toBe("confirmed: Approve c-7? Cuts tcp/25 [Approve]\n");
    expect(tiny.clicked).toEqual([{ user: "U0BOB", value: "approve c-7" }]);
    expect(await slack.acts.click("bob", ts, "run:0")).toEqual({ title: "Approve c-7?", text: "Cuts tcp/25", yes: "Approve" });
  }, 30_000);
});

describe("who is called by a message", () => {
  const called = (who: string): number => slack.state.called(who).length;
  const since = async (work: Promise<unknown>): Promise<Record<string, number>> => {
    const people = ["U0ALICE", "U0BOB", "U0DAVE", "U0CAROL"];
    const before = people.map(called);
    await work;
    return Object.fromEntries(people.map((id, i) => [id, called(id) - (before[i] ?? 0)]).filter(([, more]) => more !== 0));
  };
  const post = (text: string, more: object = {}): Promise<unknown> => client().chat.postMessage({ channel: "C0NETOPS", text, ...more });
  const section = (text: string) => ({ blocks: [{ type: "section", text: { type: "mrkdwn", text, verbatim: true } }] });

  test("is who is named, once a message, and everybody in a group that is named", async () => {
    expect(await since(post("x <@U0DAVE>", section("<@U0DAVE> and <@U0BOB|bob>")))).toEqual({ U0BOB: 1, U0DAVE: 1 });
    expect(await since(post("<!subteam^S0NETOPS>"))).toEqual({ U0ALICE: 1, U0BOB: 1 });
  });

  test("is nobody by what stands in code, by an edit, for one person's eyes, or where he is not", async () => {
    expect(await since(post("`<@U0BOB>` &lt;@U0DAVE&gt; @carol"))).toEqual({});
    const { ts = "" } = (await post("plain")) as { ts?: string };
    expect(await since(client().chat.update({ channel: "C0NETOPS", ts, text: "<@U0BOB>" }))).toEqual({});
    expect(await since(client().chat.postEphemeral({ channel: "C0NETOPS", user: "U0BOB", text: "<@U0BOB>" }))).toEqual({});
    expect(await since(client().chat.postMessage({ channel: "U0ALICE", text: "<@U0BOB>" }))).toEqual({});
    expect(await since(slack.acts.type("bob", "net-ops", "hello"))).toEqual({});
  });

  test("is told by the workspace's own API and on the terminal, where names stand for ids", async () => {
    const { ts = "" } = (await post("for <@U0DAVE> of <!subteam^S0NETOPS>", section("for <@U0DAVE> of <!subteam^S0NETOPS>"))) as {
      ts?: string;
    };
    const told = await (await fetch(`${slack.url}/lab/notifications?as=dave`)).json();
    expect((told as { notifications: unknown[] }).notifications.at(-1)).toEqual({ channel: "C0NETOPS", ts });
    expect((await driver("called", "dave")).stdout).toContain(`C0NETOPS ${ts}\n`);
    expect((await driver("history", "#net-ops")).stdout).toContain(`${ts} U0CALICO: for @dave of @net-oncall\n`);
  }, 30_000);
});

describe("a file that somebody attaches", () => {
  const heard = async (work: Promise<unknown>): Promise<Record<string, unknown>> => {
    const before = tiny.heard.length;
    await work;
    await until("the app heard of it", () => tiny.heard.length > before);
    return tiny.heard.at(-1) ?? {};
  };
  /** As the bot itself fetches what its event tells of. */
  const read = ({ files }: Record<string, unknown>, token = slack.state.workspace.botToken): Promise<string> => {
    const settings = { apiUrl: `${slack.url}/api/`, botToken: { reveal: () => token } };
    return createAttached({ client: client(), settings })(files as SlackFile[]);
  };
  const yaml = "kind: Tier # ünï <b>\n";
  const file = { name: "my tier.yaml", bytes: Buffer.from(yaml) };

  test("is told in the event, stands in the message, and is given to the bot's token alone", async () => {
    const event = await heard(slack.acts.share("alice", "net-ops", { text: "@calico apply", file }));
    expect(event).toMatchObject({
      type: "app_mention",
      files: [{ name: "my tier.yaml", mimetype: "text/plain", size: file.bytes.length, mode: "hosted", file_access: "visible" }],
    });
    expect(slack.state.messages.at(-1)?.files).toEqual([expect.objectContaining({ name: "my tier.yaml", text: yaml })]);
    expect(await read(event)).toBe(yaml);
    await expect(read(event, "xoxb-other")).rejects.toThrow("lacks the scope files:read");
  });

  test("of somebody of another workspace is an id, with which the bot looks it up", async () => {
    const event = await heard(slack.acts.share("frank", "net-ops", { text: "@calico apply", file }));
    expect(event["files"]).toEqual([{ id: expect.any(String), mode: "file_access", file_access: "check_file_info" }]);
    expect(await read(event)).toBe(yaml);
    await expect(read({ files: [{ id: "F0" }] })).rejects.toThrow("file_not_found");
  });

  test("comes with a direct message as a shared file, and not with a slash command", async () => {
    const event = await heard(
      slack.acts.share("alice", "D0ALICE", { text: "apply", file: { name: "x.png", bytes: Buffer.from([0, 255]) } }),
    );
    expect(event).toMatchObject({
      type: "message",
      subtype: "file_share",
      channel_type: "im",
      files: [{ mimetype: "application/octet-stream" }],
    });
    await expect(read(event)).rejects.toThrow("no text");
    await expect(slack.acts.share("alice", "net-ops", { text: "/calico apply", file })).rejects.toThrow("slash commands take no files");
  });

  test("is attached on the terminal with --attach", async () => {
    const path = join(root, "package.json");
    const event = await heard(driver("as", "alice", "#net-ops", "@calico apply", "--attach", path));
    expect(await read(event)).toBe(readFileSync(path, "utf8"));
    await expect(driver("as", "alice", "#net-ops", "@calico apply", "--attach", "/nowhere/x")).rejects.toThrow("/nowhere/x cannot be read");
  }, 30_000);
});

describe("the workspace", () => {
  test("keeps what is uploaded for download, and takes no file where the bot is not", async () => {
    const upload = (channel: string) =>
      client().filesUploadV2({ channel_id: channel, filename: "ünï.txt", file: Buffer.from("line 1\nline 2 <b>\n"), title: "x" });
    await upload("C0NETOPS");
    const file = slack.state.messages.at(-1)?.files?.[0];
    expect(file).toMatchObject({ name: "ünï.txt", text: "line 1\nline 2 <b>\n" });

    const answer = await fetch(`${slack.url}/files/${file?.id ?? ""}`);
    expect(answer.headers.get("content-disposition")).toContain("attachment");
    expect(await answer.text()).toBe("line 1\nline 2 <b>\n");
    expect((await fetch(`${slack.url}/files/constructor`)).status).toBe(404);
    expect(await word(upload("C0RANDOM"))).toBe("not_in_channel");
  });

  test("keeps an image byte for byte and knows it by what is in it", async () => {
    const picture = { title: "t", groups: [{ id: "a", name: "web" }], links: [] };
    const bytes = await pngOf(picture);
    await client().filesUploadV2({ channel_id: "C0NETOPS", filename: "p.png", file: bytes, title: "p" });
    const file = slack.state.messages.at(-1)?.files?.[0];
    expect(file).toMatchObject({ name: "p.png", text: "", image: true });

    const answer = await fetch(`${slack.url}/files/${file?.id ?? ""}`);
    expect(answer.headers.get("content-type")).toBe("image/png");
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
  });

  test("shows an ephemeral message to one person, who cannot be told it again by an update", async () => {
    const { message_ts: ts } = await client().chat.postEphemeral({ channel: "C0NETOPS", user: "U0BOB", text: "for bob" });
    const seenBy = async (who: string): Promise<string> => (await fetch(`${slack.url}/lab/messages?as=${who}&channel=C0NETOPS`)).text();
    expect(await seenBy("bob")).toContain("for bob");
    expect(await seenBy("alice")).not.toContain("for bob");
    expect(await word(client().chat.update({ channel: "C0NETOPS", ts: ts ?? "", text: "again" }))).toBe("message_not_found");
    expect(await word(client().chat.postEphemeral({ channel: "C0NETOPS", user: "U9", text: "x" }))).toBe("user_not_in_channel");
  });

  test("knows user groups, unless its plan has none", async () => {
    expect((await client().usergroups.users.list({ usergroup: "S0NETOPS" })).users).toEqual(["U0ALICE", "U0BOB"]);
    expect(await word(client().usergroups.users.list({ usergroup: "S9" }))).toBe("no_such_subteam");
    const { groups } = slack.state.workspace;
    slack.state.workspace.groups = null;
    expect(await word(client().usergroups.users.list({ usergroup: "S0NETOPS" }))).toBe("plan_upgrade_required");
    slack.state.workspace.groups = groups;
  });

  test("tells a message's metadata to those who ask for it, and a deleted message is gone", async () => {
    const metadata = { event_type: "calico_request", event_payload: { request: "r1" } };
    const { ts = "" } = await client().chat.postMessage({ channel: "C0NETOPS", text: "marked", metadata });
    const read = async (all: boolean) =>
      (await client().conversations.history({ channel: "C0NETOPS", include_all_metadata: all })).messages?.find((one) => one.ts === ts);
    expect(await read(true)).toMatchObject({ metadata });
    expect(await read(false)).not.toHaveProperty("metadata");

    await driver("delete", "#net-ops", ts);
    expect(await read(true)).toBeUndefined();
    expect(await word(client().chat.update({ channel: "C0NETOPS", ts, text: "x" }))).toBe("message_not_found");
  }, 20_000);

  test("posts to a person's id into the direct messages, and is unknown_method for what it has not, whatever its name", async () => {
    expect(await client().chat.postMessage({ channel: "U0ALICE", text: "note" })).toMatchObject({ channel: "D0ALICE" });
    expect(await word(client().chat.postMessage({ channel: "U0BOB", text: "note" }))).toBe("channel_not_found");
    for (const method of ["chat.startStream", "constructor", "__proto__"])
      expect(await word(client().apiCall(method))).toBe("unknown_method");
  });

  test("lags when told to: a call has had its effect before it is answered", async () => {
    const text = "slowly";
    slack.lag(600);
    let answered = false;
    const call = client()
      .chat.postMessage({ channel: "C0NETOPS", text })
      .then(() => (answered = true));
    for (let i = 0; i < 100 && !slack.state.messages.some((message) => message.text === text); i++)
      await new Promise((done) => setTimeout(done, 20));

    expect(slack.state.messages.some((message) => message.text === text)).toBe(true);
    expect(answered).toBe(false);
    await call;
    slack.lag(0);
  });

  test("says whether the app took what was asked: it does not hear of channels that it is not in", async () => {
    expect(await slack.acts.ask("alice", "C0NETOPS", "/calico status")).toBe(true);
    for (let i = 0; i < 50 && openViews().length === 0; i++) await new Promise((done) => setTimeout(done, 20));
    await slack.modals.close("alice");
    expect(await slack.acts.ask("alice", "C0RANDOM", "@calico status")).toBe(false);
  });

  test("limits a method and asks for new connections on demand, from the terminal", async () => {
    await driver("limit", "chat.postMessage", "1");
    expect(await word(client().chat.postMessage({ channel: "C0NETOPS", text: "x" }))).toBe("slack_webapi_rate_limited_error");
    expect(await word(client().chat.postMessage({ channel: "C0NETOPS", text: "x" }))).toBe("ok");

    const opened = new Promise<void>((done) => slack.state.changed.once("presence", done));
    await driver("disconnect");
    await opened;
    for (let i = 0; i < 100 && slack.sockets.count() !== 1; i++) await new Promise((done) => setTimeout(done, 100));
    await ask();
    expect(openViews()).toHaveLength(1);
    await slack.modals.close("alice");
  }, 30_000);
});
