import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { fromClick, fromMention, fromSlash } from "../../src/slack/incoming.js";
import { ClickPayload, MentionPayload, SlashPayload } from "../../src/slack/payloads.js";

const slash = {
  team_id: "T1",
  channel_id: "C1",
  user_id: "U1",
  user_name: "ann",
  text: "status lab",
  trigger_id: "1.2.abc",
  response_url: "https://x",
};
const event = { user: "U1", text: "<@UBOT> status lab", ts: "100.1", channel: "C1", team: "T1" };
const mention = (more: object = {}): ReturnType<typeof fromMention> =>
  fromMention(MentionPayload.parse({ team_id: "T1", event: { ...event, ...more } }), "UBOT");
const click = (action: object, more: object = {}): ReturnType<typeof fromClick> =>
  fromClick(
    ClickPayload.parse({
      team: { id: "T1" },
      user: { id: "U2", username: "bob", team_id: "T1" },
      channel: { id: "C1" },
      message: { ts: "100.1" },
      container: { message_ts: "100.1", channel_id: "C1", is_ephemeral: false },
      response_url: "https://y",
      actions: [{ action_id: "run:0", action_ts: "200.1", value: "raw abc-1", ...action }],
      ...more,
    }),
  );

describe("a slash command", () => {
  test("is a request of its channel", () => {
    expect(fromSlash(SlashPayload.parse(slash))).toEqual({
      id: expect.stringMatching(/^[a-z0-9-]{8,64}$/),
      via: "slash",
      text: "status lab",
      place: { kind: "slack", channel: "C1", thread: null, user: "U1", responseUrl: "https://x", replaces: null },
      who: { team: "T1", user: "U1", name: "ann", bot: false },
    });
  });

  test("has an id that follows from its trigger", () => {
    const id = (trigger: string): string => fromSlash({ ...slash, trigger_id: trigger }).id;
    expect(id("a")).toBe(id("a"));
    expect(id("a")).not.toBe(id("b"));
  });
});

describe("a mention", () => {
  test("is a request of its thread, without the bot's name", () => {
    expect(mention({ thread_ts: "99.1" })).toMatchObject({
      via: "mention",
      text: "status lab",
      place: { thread: "99.1", user: "U1", responseUrl: null },
    });
  });

  test.each([
    ["hey <@UBOT|calico> bgp lab", "bgp lab"],
    ["status lab <@UBOT>", "status lab"],
    ["<@UBOT>", ""],
    ["<@UBOT> why <@U9> \u201cweb 1\u201d", "why <@U9> \u201cweb 1\u201d"],
  ])("%j asks %j", (text, asked) => {
    expect(mention({ text }).text).toBe(asked);
  });

  test("delivered again is the same request; another message is another", () => {
    expect(mention().id).toBe(mention().id);
    expect(mention().id).not.toBe(mention({ ts: "100.2" }).id);
    expect(mention().id).not.toBe(mention({ channel: "C2" }).id);
  });

  test("is of the author's workspace, not of the channel's", () => {
    expect(mention({ user_team: "T9" }).who.team).toBe("T9");
    expect(mention({ team: undefined }).who.team).toBe("T1");
  });

  test("of a bot says so", () => {
    expect(mention({ bot_id: "B7" }).who).toMatchObject({ bot: true });
    expect(mention({ user: undefined, bot_id: "B7" }).who).toMatchObject({ bot: true, user: "B7" });
  });
});

describe("a click", () => {
  test("is a request of who pressed, with the button's line", () => {
    expect(click({})).toMatchObject({
      kind: "run",
      incoming: {
        via: "button",
        text: "raw abc-1",
        who: { user: "U2", team: "T1", name: "bob" },
        place: { channel: "C1", thread: null, user: "U2", responseUrl: "https://y", replaces: null },
      },
    });
  });

  test("on a menu entry is a request too", () => {
    expect(click({ action_id: "more", value: undefined, selected_option: { value: "bgp lab" } })).toMatchObject({
      kind: "run",
      incoming: { text: "bgp lab" },
    });
  });

  test("on the button that repeats the answer replaces the message, unless that is for one person's eyes", () => {
    const replaces = (container: object): unknown => {
      const one = click({ action_id: "again:0" }, { container: { message_ts: "100.1", ...container } });
      return one.kind === "run" ? one.incoming.place.replaces : one.kind;
    };
    expect(replaces({})).toBe("100.1");
    expect(replaces({ is_ephemeral: true })).toBeNull();
  });

  test("in a thread stays there; the first message of a thread is not in it", () => {
    const thread = (threadTs: string): unknown => {
      const one = click({}, { message: { ts: "100.1", thread_ts: threadTs } });
      return one.kind === "run" ? one.incoming.place.thread : one.kind;
    };
    expect(thread("99.1")).toBe("99.1");
    expect(thread("100.1")).toBeNull();
  });

  test("on Cancel names the request", () => {
    expect(click({ action_id: "cancel", value: "0123456789abcdef" })).toMatchObject({ kind: "cancel", request: "0123456789abcdef" });
  });

  test("on anything else is nothing", () => {
    expect(click({ action_id: "other" })).toEqual({ kind: "unknown" });
    expect(click({ value: undefined })).toEqual({ kind: "unknown" });
  });

  test("twice is two requests; one delivered twice is one", () => {
    const id = (ts: string): unknown => {
      const one = click({ action_ts: ts });
      return one.kind === "run" ? one.incoming.id : null;
    };
    expect(id("200.1")).toBe(id("200.1"));
    expect(id("200.1")).not.toBe(id("200.2"));
  });

  test("without a team counts as from nowhere", () => {
    const one = click({}, { team: null, user: { id: "U2" } });
    expect(one.kind === "run" && one.incoming.who.team).toBeNull();
  });
});

describe("any payload", () => {
  const anything = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.constantFrom("__proto__", "constructor", "<@UBOT>", "<@UBOT|"),
  );
  const record = (keys: string[]): fc.Arbitrary<Record<string, unknown>> =>
    fc.dictionary(fc.constantFrom(...keys, "__proto__", "constructor"), fc.oneof(anything, fc.anything()), { noNullPrototype: true });

  test("is refused by its schema or becomes a request; nothing crashes and no prototype changes", () => {
    const ways = [
      (payload: unknown) => SlashPayload.safeParse(payload).success && fromSlash(SlashPayload.parse(payload)),
      (payload: unknown) => MentionPayload.safeParse(payload).success && fromMention(MentionPayload.parse(payload), "UBOT"),
      (payload: unknown) => ClickPayload.safeParse(payload).success && fromClick(ClickPayload.parse(payload)),
    ];
    fc.assert(
      fc.property(record(Object.keys(slash)), record(Object.keys(event)), anything, (some, inner, text) => {
        for (const way of ways) way({ ...slash, ...some, event: { ...event, ...inner }, actions: [inner], container: inner, user: inner });
        expect(fromSlash({ ...slash, text }).text).toBe(text);
        expect(mention({ text }).place).toMatchObject({ channel: "C1" });
        expect(click({ value: text }).kind).toBe("run");
      }),
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
