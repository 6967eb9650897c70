import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type View, view } from "../../src/contract/view.js";
import type { Mark, Place } from "../../src/dispatch/ports.js";
import { pngOf } from "../../src/picture/png.js";
import { createClient } from "../../src/slack/client.js";
import { createDeliver, type SlackDeliver } from "../../src/slack/deliver.js";
import { createLanes } from "../../src/slack/lanes.js";
import { renderText } from "../../src/text/render.js";
import { type KeptLog, keptLog } from "./kept-log.js";
import { type SlackServer, startSlack } from "./slack-server.js";

let slack: SlackServer;
let log: KeptLog;
let deliver: SlackDeliver;
let now: number;
beforeEach(async () => {
  slack = await startSlack();
  log = keptLog();
  now = 1_000_000;
  const settings = { apiUrl: slack.apiUrl, command: "/calico", botToken: { reveal: () => "xoxb-1" } };
  deliver = createDeliver({
    client: createClient(settings, log),
    settings,
    log,
    asText: (one) => renderText(one, { color: false, width: 120 }),
    draw: pngOf,
    lanes: createLanes({ every: 1 }),
    clock: () => now,
  });
});
afterEach(() => slack.close());

const place = (more: object = {}): Place => ({
  kind: "slack",
  channel: "C1",
  thread: null,
  user: "U1",
  responseUrl: slack.responseUrl,
  replaces: null,
  ...more,
});
const answered: Mark = { request: "0123456789abcdef", state: "answered" };
const working: Mark = { ...answered, state: "working" };
const card = view("ok", "lab GREEN: 8 hosts");
const everybody = { onlyFor: false };
const refuse = (method: string, error: string): void => slack.on(method, () => ({ ok: false, error }));
const json = (value: unknown): string => JSON.stringify(value);

function long(): View {
  const one = view("warn", "many");
  one.sections.push({ kind: "code", text: Array.from({ length: 3000 }, (_, n) => `line ${n}`).join("\n") });
  return one;
}

describe("a message", () => {
  test("is posted with its request in the metadata, and unfurls nothing", async () => {
    expect(await deliver.post(place({ thread: "99.1" }), card, answered, everybody)).toEqual({ channel: "C1", ts: "100.1" });
    expect(slack.of("chat.postMessage")).toEqual([
      expect.objectContaining({
        channel: "C1",
        thread_ts: "99.1",
        text: "lab GREEN: 8 hosts",
        unfurl_links: "false",
        unfurl_media: "false",
        metadata: { event_type: "calico_request", event_payload: { request: "0123456789abcdef", state: "answered" } },
      }),
    ]);
  });

  test("has a Cancel button while it works, and none afterwards", async () => {
    const posted = await deliver.post(place(), view("info", "asking hosts"), working, everybody);
    if (posted === null) throw new Error("not posted");
    await deliver.update(place(), posted, card, answered);
    expect(json(slack.of("chat.postMessage")[0]?.["blocks"])).toContain('"action_id":"cancel","value":"0123456789abcdef"');
    const [update] = slack.of("chat.update");
    expect(json(update?.["blocks"])).not.toContain("cancel");
    expect(update).toMatchObject({ channel: "C1", ts: "100.1", metadata: { event_payload: { state: "answered" } } });
  });

  test.each(["not_in_channel", "channel_not_found", "is_archived", "restricted_action", "missing_scope"])(
    "goes through the response url on %s, and cannot be edited then",
    async (error) => {
      refuse("chat.postMessage", error);
      expect(await deliver.post(place(), card, answered, everybody)).toBeNull();
      expect(slack.of("respond")).toEqual([
        expect.objectContaining({ response_type: "in_channel", replace_original: false, text: "lab GREEN: 8 hosts" }),
      ]);
    },
  );

  test("between two people, where the bot is not, is seen by the asker alone", async () => {
    refuse("chat.postMessage", "channel_not_found");
    expect(await deliver.post(place({ channel: "D7" }), card, answered, everybody)).toBeNull();
    expect(slack.of("respond")).toEqual([expect.objectContaining({ response_type: "ephemeral" })]);
  });

  test("without a response url, the refusal is an error", async () => {
    refuse("chat.postMessage", "not_in_channel");
    await expect(deliver.post(place({ responseUrl: null }), card, answered, everybody)).rejects.toThrow("not_in_channel");
  });

  test("is not posted twice when Slack's answer is lost", async () => {
    slack.on("chat.postMessage", () => ({ status: 502 }));
    await expect(deliver.post(place(), card, answered, everybody)).rejects.toThrow();
    expect(slack.of("chat.postMessage")).toHaveLength(1);
    expect(slack.of("respond")).toEqual([]);
  });

  test("waits when Slack says so and is posted then", async () => {
    slack.on("chat.postMessage", (_, nth) =>
      nth === 0 ? { status: 429, headers: { "retry-after": "1" } } : { ok: true, channel: "C1", ts: "7.7" },
    );
    expect(await deliver.post(place(), card, answered, everybody)).toEqual({ channel: "C1", ts: "7.7" });
  });

  test("without a way into the channel is announced to the asker, without what it says", async () => {
    slack.on("chat.postMessage", ({ channel }) =>
      channel === "U1" ? { ok: true, channel: "D1", ts: "5.5" } : { ok: false, error: "is_archived" },
    );
    slack.on("respond", () => ({ status: 404, body: "expired_url" }));
    expect(await deliver.post(place(), card, answered, everybody)).toBeNull();
    const [, note] = slack.of("chat.postMessage");
    expect(note).toEqual({ channel: "U1", text: expect.stringContaining("could not be posted in <#C1>: Slack says is_archived") });
    expect(json(note)).not.toContain("GREEN");
  });

  test("has its table as text where Slack refuses tables, and keeps its buttons", async () => {
    const table: View = {
      ...card,
      sections: [{ kind: "table", columns: [{ title: "host" }, { title: "note" }], rows: [["compute1", ""]] }],
      actions: [{ label: "Refresh", line: "status" }],
    };
    slack.on("chat.postMessage", ({ blocks }) =>
      json(blocks).includes('"type":"table"') ? { ok: false, error: "invalid_blocks" } : { ok: true, channel: "C1", ts: "8.8" },
    );
    expect(await deliver.post(place(), table, answered, everybody)).toEqual({ channel: "C1", ts: "8.8" });
    const [first, second, ...more] = slack.of("chat.postMessage").map(({ blocks }) => json(blocks));
    expect(first).toContain('{"type":"raw_text","text":" "}');
    expect(second).toContain("compute1");
    expect(second).toContain('"value":"status"');
    expect(more).toEqual([]);
  });

  test("goes without its mark where Slack does not take metadata, also when it is updated", async () => {
    for (const method of ["chat.postMessage", "chat.update"])
      slack.on(method, ({ metadata }) =>
        metadata === undefined ? { ok: true, channel: "C1", ts: "8.8" } : { ok: false, error: "metadata_must_be_sent_from_app" },
      );
    const posted = await deliver.post(place(), card, working, everybody);
    expect(posted).toEqual({ channel: "C1", ts: "8.8" });
    await deliver.update(place(), { channel: "C1", ts: "8.8" }, card, answered);
    expect(slack.of("chat.update")).toHaveLength(2);
  });

  test.each(["invalid_blocks", "msg_blocks_too_long", "msg_too_long", "only_one_table_allowed"])(
    "is text when Slack answers %s to its blocks",
    async (error) => {
      slack.on("chat.postMessage", (args) =>
        args["blocks"] === undefined || json(args["blocks"]) === "[]" ? { ok: true, channel: "C1", ts: "8.8" } : { ok: false, error },
      );
      expect(await deliver.post(place(), card, answered, everybody)).toEqual({ channel: "C1", ts: "8.8" });
      expect(slack.of("chat.postMessage")[1]?.["text"]).toContain("ok   lab GREEN: 8 hosts");
      expect(log.lines.some((line) => line.level === "error")).toBe(true);
    },
  );

  test("is never sent to a response url that is not Slack's", async () => {
    refuse("chat.postMessage", "not_in_channel");
    await expect(deliver.post(place({ responseUrl: "http://127.0.0.1:1/x" }), card, answered, everybody)).rejects.toMatchObject({
      failure: { message: "the response URL does not belong to slack" },
    });
  });
});

describe("what only the asker may see", () => {
  test("goes through the response url", async () => {
    expect(await deliver.post(place(), card, answered, { onlyFor: true })).toBeNull();
    expect(slack.of("respond")).toEqual([expect.objectContaining({ response_type: "ephemeral" })]);
    expect(slack.of("chat.postEphemeral")).toEqual([]);
  });

  test("is shown in the thread where it was asked", async () => {
    await deliver.post(place({ thread: "99.1" }), card, answered, { onlyFor: true });
    expect(slack.of("chat.postEphemeral")).toEqual([expect.objectContaining({ channel: "C1", user: "U1", thread_ts: "99.1" })]);
    expect(slack.of("respond")).toEqual([]);
  });

  test("takes the other way when the first is closed", async () => {
    slack.on("respond", () => ({ status: 404, body: "used_url" }));
    await deliver.post(place(), card, answered, { onlyFor: true });
    expect(slack.of("chat.postEphemeral")).toHaveLength(1);
    await deliver.post(place({ thread: "99.1" }), card, answered, { onlyFor: true });
    expect(slack.of("chat.postEphemeral")).toHaveLength(2);
    refuse("chat.postEphemeral", "user_not_in_channel");
    await expect(deliver.post(place(), card, answered, { onlyFor: true })).rejects.toThrow("user_not_in_channel");
  });
});

describe("an update", () => {
  const posted = { channel: "C1", ts: "100.9" };
  const step = (n: number): View => view("info", `asking hosts: ${n} of 12`);

  test("of progress comes at most every 3 s; the answer comes at once", async () => {
    for (let n = 0; n < 8; n++) {
      await deliver.update(place(), posted, step(n), working);
      now += 1000;
    }
    await deliver.update(place(), posted, card, answered);
    expect(slack.of("chat.update").map((args) => args["text"])).toEqual([
      "asking hosts: 0 of 12",
      "asking hosts: 3 of 12",
      "asking hosts: 6 of 12",
      "lab GREEN: 8 hosts",
    ]);
  });

  test("that brings the answer of one cluster of several is shown at once", async () => {
    await deliver.update(place(), posted, step(1), working);
    await deliver.update(place(), posted, { ...step(2), footer: ["worker-1, 2.4 s"] }, working);
    expect(slack.of("chat.update")).toHaveLength(2);
  });

  test("of progress never comes after the answer; a new request on the same message is shown", async () => {
    await deliver.update(place(), posted, card, answered);
    now += 60_000;
    await deliver.update(place(), posted, step(12), working);
    expect(slack.of("chat.update")).toHaveLength(1);
    await deliver.update(place(), posted, step(0), { request: "fedcba9876543210", state: "working" });
    expect(slack.of("chat.update")).toHaveLength(2);
  });

  test("of a message that was deleted posts the answer anew, but no progress", async () => {
    refuse("chat.update", "message_not_found");
    await deliver.update(place(), posted, step(1), working);
    expect(slack.of("chat.postMessage")).toEqual([]);
    await deliver.update(place(), posted, card, answered);
    expect(slack.of("chat.postMessage")).toEqual([expect.objectContaining({ text: "lab GREEN: 8 hosts" })]);
  });

  test("that is gone is not posted a third time when a bot that died has posted it anew", async () => {
    refuse("chat.update", "message_not_found");
    const metadata = { event_type: "calico_request", event_payload: { request: answered.request, state: "answered" } };
    slack.on("conversations.history", () => ({ ok: true, messages: [{ ts: "200.1", metadata }] }));
    await deliver.update(place(), posted, card, answered);
    expect(slack.of("chat.postMessage")).toEqual([]);
  });

  test("in a channel that was archived meanwhile goes through the response url", async () => {
    refuse("chat.update", "is_archived");
    refuse("chat.postMessage", "is_archived");
    await deliver.update(place(), posted, card, answered);
    expect(slack.of("respond")).toEqual([expect.objectContaining({ text: "lab GREEN: 8 hosts" })]);
  });

  test("that Slack does not take is an error, so that it is tried again", async () => {
    refuse("chat.update", "fatal_error");
    await expect(deliver.update(place(), posted, card, answered)).rejects.toThrow("fatal_error");
  });
});

describe("an answer with a picture", () => {
  const pictured: View = { ...card, picture: { title: "t", groups: [{ id: "a", name: "web" }], links: [] } };

  test("has it as an image in its thread, and nothing of it while it works", async () => {
    await deliver.post(place(), pictured, working, everybody);
    await deliver.settle(3000);
    expect(slack.of("files.getUploadURLExternal")).toEqual([]);
    await deliver.post(place(), pictured, answered, everybody);
    await deliver.settle(3000);
    expect(slack.of("files.getUploadURLExternal")).toEqual([expect.objectContaining({ filename: "who-talks-to-whom.png" })]);
    expect(slack.of("upload")[0]?.["multipart"]).toContain("PNG");
  });

  test("has its table as a file beside it", async () => {
    await deliver.post(place(), { ...card, csv: { name: "changes.csv", text: "a,b\r\n" } }, answered, everybody);
    await deliver.settle(3000);
    expect(slack.of("files.getUploadURLExternal")).toEqual([expect.objectContaining({ filename: "changes.csv" })]);
    expect(slack.of("upload")[0]?.["multipart"]).toContain("a,b");
  });

  test("stands without it when the upload is refused, and the card says so", async () => {
    refuse("files.getUploadURLExternal", "missing_scope");
    await deliver.post(place(), pictured, answered, everybody);
    await deliver.settle(3000);
    expect(json(slack.of("chat.update")[0]?.["blocks"])).toContain("the picture could not be uploaded: missing_scope");
  });
});

describe("an answer that is too long", () => {
  test("has the whole of it as a file in its thread", async () => {
    await deliver.post(place(), long(), answered, everybody);
    await deliver.settle(3000);
    expect(slack.of("files.getUploadURLExternal")).toEqual([expect.objectContaining({ filename: "many.txt" })]);
    expect(slack.of("upload")[0]?.["multipart"]).toContain("line 2999");
    expect(slack.of("files.completeUploadExternal")).toEqual([expect.objectContaining({ channel_id: "C1", thread_ts: "100.1" })]);
    expect(slack.of("chat.update")).toEqual([]);
  });

  test.each(["missing_scope", "unknown_method"])("says so in the card when the file is refused (%s); the answer stands", async (error) => {
    refuse("files.getUploadURLExternal", error);
    expect(await deliver.post(place(), long(), answered, everybody)).not.toBeNull();
    await deliver.settle(3000);
    expect(json(slack.of("chat.update")[0]?.["blocks"])).toContain(`could not be uploaded: ${error}`);
  });

  test("does not overwrite what came on the message meanwhile", async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    slack.on("files.getUploadURLExternal", async () => {
      await held;
      return { ok: false, error: "fatal_error" };
    });
    const posted = await deliver.post(place(), long(), answered, everybody);
    if (posted === null) throw new Error("not posted");
    await deliver.update(place(), posted, view("info", "asking again"), { request: "fedcba9876543210", state: "working" });
    release();
    await deliver.settle(3000);
    expect(slack.of("chat.update").map((args) => args["text"])).toEqual(["asking again"]);
  });

  test("uploads nothing while it works", async () => {
    await deliver.post(place(), long(), working, everybody);
    await deliver.settle(1000);
    expect(slack.of("files.getUploadURLExternal")).toEqual([]);
  });
});

describe("a message is found again", () => {
  const message = (ts: string, request: string): object => ({ ts, metadata: { event_type: "calico_request", event_payload: { request } } });

  test("by the request in its metadata, on a later page too", async () => {
    slack.on("conversations.history", ({ cursor }) =>
      cursor === undefined
        ? { ok: true, messages: [{ ts: "1.1" }, message("1.2", "other-request")], response_metadata: { next_cursor: "p2" } }
        : { ok: true, messages: [message("1.3", "0123456789abcdef")] },
    );
    expect(await deliver.find(place(), "0123456789abcdef")).toEqual({ channel: "C1", ts: "1.3" });
    expect(slack.of("conversations.history")[0]).toMatchObject({ channel: "C1", include_all_metadata: "true" });
  });

  test("in its thread", async () => {
    slack.on("conversations.replies", () => ({ ok: true, messages: [message("1.4", "0123456789abcdef")] }));
    expect(await deliver.find(place({ thread: "99.1" }), "0123456789abcdef")).toEqual({ channel: "C1", ts: "1.4" });
    expect(slack.of("conversations.replies")[0]).toMatchObject({ ts: "99.1" });
  });

  test("not where it is not, and not where the bot may not read; reading ends", async () => {
    slack.on("conversations.history", () => ({ ok: true, messages: [], response_metadata: { next_cursor: "more" } }));
    expect(await deliver.find(place(), "0123456789abcdef")).toBeNull();
    expect(slack.of("conversations.history").length).toBeLessThanOrEqual(5);
    refuse("conversations.history", "missing_scope");
    expect(await deliver.find(place(), "0123456789abcdef")).toBeNull();
  });

  test("or nobody knows: then it is an error, not null", async () => {
    slack.on("conversations.history", () => ({ status: 503 }));
    await expect(deliver.find(place(), "0123456789abcdef")).rejects.toThrow();
  });
});
