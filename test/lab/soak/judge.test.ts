import { expect, test } from "@jest/globals";
import { createState, type Message } from "../../../lab/slack/state.js";
import { type Asked, type Book, openBook } from "../../../lab/soak/book.js";
import { crowd } from "../../../lab/soak/crowd.js";
import { answerTime, type Fate, fateOf, tallyOf } from "../../../lab/soak/judge.js";

/** A question that was asked, and the messages that the bot wrote about it. */
function asked(taken: boolean | null, ...states: ("working" | "answered" | "repeated" | "failed")[]): { book: Book; one: Asked } {
  const state = createState(crowd());
  const book = openBook(state);
  const one = book.open("ip", 0);
  one.taken = taken;
  for (const what of states) state.post(card(state.nextTs(), one.address, what));
  return { book, one };
}

function card(ts: string, address: string, what: string): Message {
  const state = what === "working" ? "working" : "answered";
  const metadata = { event_type: "calico_request", event_payload: { request: "r1", state } };
  const rest = what === "repeated" ? ["repeated"] : what === "failed" ? ["Try again"] : [];
  return { channel: "C0SOAK0", ts, user: "U0CALICO", text: "", blocks: [`ip ${address}`, ...rest], metadata };
}

test.each<[string, Fate, Asked]>([
  ["one answer", "answered", asked(true, "answered").one],
  ["one failure that says why", "failed", asked(true, "failed").one],
  ["a second answer marked as repeated", "repeated", asked(true, "answered", "repeated").one],
  ["two answers", "twice", asked(true, "answered", "answered").one],
  ["a failure and an answer", "twice", asked(true, "failed", "answered").one],
  ["acknowledged, and no message", "lost", asked(true).one],
  ["never acknowledged, and no message", "untaken", asked(false).one],
  ["not acknowledged, and answered all the same", "answered", asked(false, "answered").one],
  ["a card that still works", "stuck", asked(true, "working").one],
  ["an answer beside a card that still works", "stuck", asked(true, "working", "answered").one],
])("%s is %s", (_, fate, one) => {
  expect(fateOf(one, false)).toBe(fate);
  expect(tallyOf([one])[fate]).toBe(1);
});

test("what may still come right is open while it is waited for, two answers are not", () => {
  expect(fateOf(asked(true).one, true)).toBe("open");
  expect(fateOf(asked(null).one, true)).toBe("open");
  expect(fateOf(asked(true, "working").one, true)).toBe("open");
  expect(fateOf(asked(null, "answered", "answered").one, true)).toBe("twice");
});

test("an updated card is one message, answered when it first was an answer", () => {
  const { book, one } = asked(true);
  const state = createState(crowd());
  const own = openBook(state).open("ip", 0);
  const posted = state.post(card(state.nextTs(), own.address, "working"));
  expect(answerTime(own)).toBeNull();

  state.update(posted.channel, posted.ts, card(posted.ts, own.address, "answered"));

  expect(own.cards.size).toBe(1);
  expect(answerTime(own)).toBeGreaterThanOrEqual(0);
  expect(one.cards.size).toBe(0);
  expect(book.strays).toEqual([]);
});

test("a message of the bot about nothing that was asked is a stray", () => {
  const state = createState(crowd());
  const book = openBook(state);
  state.post(card(state.nextTs(), "10.99.1.1", "answered"));

  expect(book.strays).toHaveLength(1);
});
