import type { Message, State } from "../slack/state.js";

/** One question, and everything that the workspace showed about it. */
export interface Asked {
  /** What makes it unlike any other: an address that nobody else asks about. */
  address: string;
  text: string;
  round: number;
  /** Epoch ms. */
  at: number;
  /** Whether the app acknowledged it; null = not certain yet. */
  taken: boolean | null;
  /** Messages that the bot wrote about it, by their time. */
  cards: Map<string, Seen>;
}

/** A message as it was last seen. */
interface Seen {
  answered: boolean;
  /** When it first was an answer, epoch ms. */
  at: number | null;
  repeated: boolean;
  /** It says why there is no answer. */
  failure: boolean;
}

export interface Book {
  asked: readonly Asked[];
  /** The next question: its words are `ip ADDRESS` or another that takes one. */
  open(command: string, round: number): Asked;
  /** Messages of the bot that belong to no question. */
  strays: readonly Message[];
}

const addressIn = /\b10\.2\d\d\.1\d\d\.1\d\d\b/;

/** Writes down what is asked and what the workspace shows, from the first message on: it forgets, the book does not. */
export function openBook(state: State): Book {
  const asked: Asked[] = [];
  const byAddress = new Map<string, Asked>();
  const strays: Message[] = [];
  state.changed.on("change", (message: Message) => {
    if (message.user !== state.workspace.bot.user) return;
    const found = byAddress.get(addressIn.exec(JSON.stringify([message.blocks, message.text]))?.[0] ?? "");
    if (found !== undefined) see(found, message);
    else if (message.onlyFor === undefined) strays.push(message);
  });
  return {
    asked,
    strays,
    open(command, round) {
      const address = addressOf(asked.length);
      const one: Asked = { address, text: `${command} ${address}`, round, at: Date.now(), taken: null, cards: new Map() };
      asked.push(one);
      byAddress.set(address, one);
      return one;
    },
  };
}

/** All of one length, so that none is the beginning of another; a million of them. */
function addressOf(n: number): string {
  return `10.${200 + (Math.floor(n / 10_000) % 56)}.${100 + (Math.floor(n / 100) % 100)}.${100 + (n % 100)}`;
}

function see(asked: Asked, { ts, metadata, onlyFor, blocks }: Message): void {
  const shown = JSON.stringify(blocks);
  const answered = onlyFor !== undefined || metadata?.event_payload["state"] === "answered";
  const at = asked.cards.get(ts)?.at ?? (answered ? Date.now() : null);
  asked.cards.set(ts, { answered, at, repeated: shown.includes("repeated"), failure: shown.includes('"Try again"') });
}
