import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Light, type Section, type View, view } from "../../../src/contract/view.js";
import { type Message, toMessage, toPlainMessage } from "../../../src/slack/blocks/message.js";
import { renderText } from "../../../src/text/render.js";
import { refusals } from "./check-message.js";
import { views } from "./views.js";

const options = { command: "/calico", asText: (one: View): string => renderText(one, { color: false, width: 120 }) };
const made = (one: View): Message => toMessage(one, options);
const json = (message: Message): string => JSON.stringify(message.blocks);

const nasty = fc.constantFrom(
  "<!channel>",
  "&amp;",
  "*",
  "_x_",
  "`",
  "```",
  ":100:",
  "> q",
  "\u001b[31m",
  "\u202e",
  "😀",
  "\n",
  "\t",
  "a".repeat(4000),
  "&".repeat(1500),
  "",
);
const text = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: "binary", maxLength: 120 }) },
  fc.array(nasty, { maxLength: 4 }).map((parts) => parts.join(" ")),
);
const light = fc.constantFrom<Light>("ok", "warn", "bad", "unknown", "info");
const maybe = <T>(arbitrary: fc.Arbitrary<T>, key: string): fc.Arbitrary<object> =>
  fc.option(arbitrary).map((value) => (value === null ? {} : { [key]: value }));
const title = maybe(text, "title");

const line = fc
  .tuple(text, maybe(light, "light"), maybe(fc.array(text, { maxLength: 5 }), "detail"))
  .map(([one, ...more]) => Object.assign({ text: one }, ...more));
const section: fc.Arbitrary<Section> = fc.oneof(
  fc.tuple(title, fc.array(line, { maxLength: 80 })).map(([more, lines]) => ({ kind: "lines" as const, lines, ...more })),
  fc.tuple(title, fc.array(fc.tuple(text, text, maybe(light, "light")), { maxLength: 20 })).map(([more, facts]) => ({
    kind: "facts" as const,
    facts: facts.map(([label, value, extra]) => ({ label, value, ...extra })),
    ...more,
  })),
  fc.tuple(title, fc.integer({ min: 0, max: 24 }), fc.integer({ min: 0, max: 130 }), text).map(([more, columns, rows, cell]) => ({
    kind: "table" as const,
    columns: Array.from({ length: columns }, (_, n) => ({ title: n % 3 === 0 ? "" : `c${n}` })),
    rows: Array.from({ length: rows }, (_row, r) =>
      Array.from({ length: Math.max(0, columns - (r % 2)) }, (_cell, c) => (c % 2 === 0 ? cell.slice(0, 60) : String(r))),
    ),
    ...more,
  })),
  fc.tuple(title, fc.array(text, { maxLength: 60 })).map(([more, lines]) => ({ kind: "code" as const, text: lines.join("\n"), ...more })),
);
const confirm = fc.tuple(text, text, text).map(([asked, about, yes]) => ({ title: asked, text: about, yes }));
const action = fc
  .tuple(text, text, maybe(fc.constantFrom("primary", "danger"), "style"), maybe(confirm, "confirm"))
  .map(([label, one, ...more]) => Object.assign({ label, line: one }, ...more));
const anyView: fc.Arbitrary<View> = fc
  .tuple(
    light,
    text,
    maybe(text, "detail"),
    fc.array(section, { maxLength: 8 }),
    fc.array(text, { maxLength: 14 }),
    fc.array(action, { maxLength: 40 }),
    maybe(text, "again"),
    maybe(fc.array(fc.oneof(text, fc.constantFrom("U0DAVE", "S0NETOPS")), { maxLength: 14 }), "mentions"),
  )
  .map(([seen, first, detail, sections, footer, actions, again, mentions]) => ({
    verdict: { light: seen, text: first, ...detail },
    sections,
    footer,
    actions,
    ...again,
    ...mentions,
  }));

describe("a message", () => {
  test("is within Slack's limits whatever the view holds", () => {
    fc.assert(
      fc.property(anyView, fc.boolean(), (one, working) => {
        expect(refusals(toMessage(one, { ...options, cancel: working ? "0123456789abcdef" : null }))).toEqual([]);
        expect(refusals(toPlainMessage(one, options))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test("shows everything or brings a file with everything", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 80 }), (rows, length) => {
        const one = view("info", "list");
        one.sections.push({ kind: "lines", lines: Array.from({ length: rows }, (_, n) => ({ text: `n${n}n ${"x".repeat(length)}` })) });
        const message = made(one);
        const missing = one.sections
          .flatMap((s) => (s.kind === "lines" ? s.lines : []))
          .filter(({ text: t }) => !json(message).includes(t.split(" ")[0] ?? ""));
        expect(message.file === null).toBe(missing.length === 0);
        if (missing.length > 0)
          expect(json(message)).toContain(`left out: ${missing.length} ${missing.length === 1 ? "entry" : "entries"}`);
        for (const { text: t } of missing) expect(message.file?.text).toContain(t.split(" ")[0]);
      }),
      { numRuns: 60 },
    );
  });

  test("says how much is left out, and where it is", () => {
    const message = made(views["too-much"] as View);
    expect(json(message)).toMatch(/left out: \d+ rows of sessions; the whole answer is a file in the thread/);
    expect(message.file?.name).toBe("bgp-eu1.txt");
    expect(message.file?.text).toContain("compute-599");
    // A section behind the long one is not pushed out.
    expect(json(message)).toContain("*counts*");
  });

  test("of many small sections keeps to the number of blocks and says what is left out", () => {
    const code = (n: number): Section => ({ kind: "code", title: `host ${n}`, text: `output ${n}` });
    const message = made({ ...view("info", "raw"), sections: Array.from({ length: 70 }, (_, n) => code(n)), footer: ["x"], again: "raw" });
    expect(refusals(message)).toEqual([]);
    expect(json(message)).toMatch(/left out: 1 line of host \d+, .* and parts of \d+ more sections;/);
    expect(message.file?.text).toContain("output 69");
  });

  test("says what became of the file when it is told", () => {
    const message = toMessage(views["too-much"] as View, { ...options, note: "the file could not be uploaded: access_denied" });
    expect(json(message)).toContain("could not be uploaded: access_denied");
  });

  test("counts an entry that was cut as left out", () => {
    const one = view("info", "x");
    one.sections.push({ kind: "lines", lines: [{ text: "y".repeat(5000) }] });
    expect(made(one).file?.text).toContain("y".repeat(5000));
  });

  test("has one table block; a second table is preformatted text", () => {
    const table: Section = {
      kind: "table",
      columns: [{ title: "a" }, { title: "n", align: "right" }],
      rows: [
        ["x", "1"],
        ["", "22"],
      ],
    };
    const types = made({ ...view("ok", "t"), sections: [table, table] }).blocks.map((block) => block.type);
    expect(types).toEqual(["section", "table", "rich_text"]);
  });

  test("puts no mention, no link and no escape sequence into what Slack parses", () => {
    const one = view("bad", "<!channel> <@U1> <https://x|y> & \u001b[31mred\u001b[0m", "@here");
    const [head] = made(one).blocks;
    expect(head).toEqual({
      type: "section",
      text: { type: "mrkdwn", text: ":red_circle: *&lt;!channel&gt; &lt;@U1&gt; &lt;https://x|y&gt; &amp; red*\n@here", verbatim: true },
      expand: true,
    });
  });

  test("marks the button that repeats the answer, so that it replaces the message", () => {
    const actions = made(views["status-red"] as View).blocks.find((block) => block.type === "actions");
    expect(actions).toMatchObject({
      elements: [
        { action_id: "again:0", value: "status eu1" },
        { action_id: "run:1", value: "raw 0123456789abcdef-1" },
      ],
    });
  });

  test("offers the line to type in threads only if it can be typed as it stands", () => {
    expect(json(made({ ...view("ok", "x"), again: "status lab" }))).toContain("`/calico status lab` · in threads: `@calico status lab`");
    expect(json(made({ ...view("ok", "x"), again: "why `a`" }))).not.toContain("in threads");
  });

  test("has a text for notifications that holds the verdict", () => {
    expect(made(views["status-red"] as View).text).toContain("rack r12 cut off");
  });

  test("without blocks, is the text of the view in a fence that its content cannot leave", () => {
    const plainOne = toPlainMessage({ ...view("bad", "down"), sections: [{ kind: "code", text: "``` <!channel>" }] }, options);
    expect(plainOne.text.slice(3, -3)).not.toContain("`");
    expect(plainOne.text).toContain("''' &lt;!channel&gt;");
    expect(plainOne.file).toBeNull();
    const long = toPlainMessage(views["too-much"] as View, options);
    expect(long.text.length).toBeLessThanOrEqual(4000);
    expect(long.file?.text).toContain("compute-599");
  });
});

describe("a question before a click", () => {
  const approve = { label: "Approve…", line: "approve c-7", style: "primary" as const };
  const asked = (confirm: { title: string; text: string; yes: string }, n = 1): Record<string, unknown>[] => {
    const message = made({ ...view("warn", "change c-7"), actions: Array.from({ length: n }, () => ({ ...approve, confirm })) });
    expect(refusals(message)).toEqual([]);
    const block = message.blocks.find((one) => one.type === "actions") as unknown as { elements: { confirm?: Record<string, unknown> }[] };
    return block.elements.map((element) => element.confirm ?? {});
  };

  test("is Slack's confirm object, in the button's colour", () => {
    expect(asked({ title: "Approve c-7?", text: "Cuts tcp/25 for 3,118 VMs", yes: "Approve" })).toEqual([
      {
        title: { type: "plain_text", text: "Approve c-7?", emoji: false },
        text: { type: "plain_text", text: "Cuts tcp/25 for 3,118 VMs", emoji: false },
        confirm: { type: "plain_text", text: "Approve", emoji: false },
        deny: { type: "plain_text", text: "Back", emoji: false },
        style: "primary",
      },
    ]);
  });

  test("is cut to what Slack takes: 100, 300 and 30 characters, also five times in a message", () => {
    const long = { title: "t".repeat(101), text: "x".repeat(301), yes: "y".repeat(31) };
    const lengths = asked(long, 5).map((one) => Object.values(one).map((part) => (part as { text?: string }).text?.length));
    expect(lengths).toEqual(Array.from({ length: 5 }, () => [100, 300, 30, 4, undefined]));
  });

  test("keeps the action out of the menu, which cannot ask", () => {
    const actions = Array.from({ length: 9 }, (_, n) => ({
      label: `b${n}`,
      line: `raw ${n}`,
      ...(n === 7 ? { confirm: { title: "?", text: "?", yes: "Go" } } : {}),
    }));
    const block = made({ ...view("ok", "x"), actions }).blocks.find((one) => one.type === "actions");
    expect(JSON.stringify(block)).toMatch(/"text":"b7","emoji":false\},"action_id":"run:\d+"/);
  });
});

describe("who is called", () => {
  test("is mentioned in the message and in what Slack notifies with; at most ten, and nothing that is no id", () => {
    const many = [
      "U0DAVE",
      "S0NETOPS",
      "<!channel>",
      "here",
      "C0NETOPS",
      "U1> <!everyone",
      ...Array.from({ length: 12 }, (_, n) => `U00${n}X`),
    ];
    const message = made({ ...view("warn", "change c-7 waits"), mentions: many });
    const called = `<@U0DAVE> <!subteam^S0NETOPS> ${Array.from({ length: 8 }, (_, n) => `<@U00${n}X>`).join(" ")}`;
    expect(message.text).toBe(`change c-7 waits ${called}`);
    expect(message.blocks[1]).toEqual({ type: "section", text: { type: "mrkdwn", text: called, verbatim: true } });
    expect(refusals(message)).toEqual([]);
  });

  test("is nobody where the view names nobody", () => {
    expect(made(view("ok", "x")).blocks).toHaveLength(1);
  });
});
