import { pause } from "../hosts/state.js";
import { type Asked, type Book, openBook } from "./book.js";
import { createDice, type Dice } from "./dice.js";
import { answerTime, bad, type Fate, fateOf, quantile, type Tally, tallyOf } from "./judge.js";
import { type Ground, type Kind, type Part, parts } from "./parts.js";

export interface SoakOptions {
  rounds: number;
  seed: number;
  say: (text: string) => void;
  /** Ends the run after the round that is on. */
  stop?: AbortSignal;
}

export interface SoakResult {
  seed: number;
  rounds: number;
  kills: Record<Kind, number>;
  asked: number;
  /** Questions that Slack acknowledged to the asker. */
  taken: number;
  tally: Tally;
  /** Ms from question to answer. */
  p50: number;
  p99: number;
  longest: number;
  /** What must not be, each with its round and what the logs say. */
  faults: string[];
}

/** Length of a round, and how long its questions may take to be settled, also on a slow and busy machine. Ms. */
const roundLength = 3000;
const settleWithin = 120_000;
/** Between two questions, ms; half on average. */
const mostPause = 600;

/**
 * Asks without end while parts of the product are killed and come back. Each round is judged as soon as its questions are settled;
 * the next one begins meanwhile. In the end everything is judged once more: an answer may also come twice late.
 */
export async function soak(ground: Ground, options: SoakOptions): Promise<SoakResult> {
  const { rounds, seed, say, stop } = options;
  const book = openBook(ground.slack.state);
  const kills: Record<Kind, number> = { bot: 0, worker: 0, redis: 0 };
  const [moments, questions] = [createDice(seed), createDice(seed + 1)];
  const judged: Promise<void>[] = [];
  let done = 0;
  for (let bag: Part[] = []; done < rounds; done++) {
    if (stop?.aborted === true) break;
    if (bag.length === 0) bag = shuffled(moments);
    const part = bag.pop() ?? "redis";
    kills[parts[part]]++;
    await Promise.all([strike(ground, part, moments), load({ ground, book, round: done, dice: questions })]);
    judged.push(judge(book, { round: done, part, say }));
  }
  await Promise.all(judged);
  await pause(3000);
  return resultOf({ ground, book, seed, rounds: done, kills });
}

function shuffled(dice: Dice): Part[] {
  const left = Object.keys(parts) as Part[];
  return Object.keys(parts).flatMap(() => left.splice(dice.below(left.length), 1));
}

/** Kills a part at some moment and starts it again at a later one. */
async function strike(ground: Ground, part: Part, dice: Dice): Promise<void> {
  await pause(dice.between(100, roundLength / 2));
  await ground.kill(part);
  await pause(dice.between(50, roundLength / 2));
  ground.start(part);
}

interface Loading {
  ground: Ground;
  book: Book;
  round: number;
  dice: Dice;
}

/** Questions of a round: somebody, somewhere, by slash command or by mention. */
async function load({ ground, book, round, dice }: Loading): Promise<void> {
  const { acts, state } = ground.slack;
  const askers = state.workspace.people.filter(({ bot }) => bot !== true);
  const until = Date.now() + roundLength;
  while (Date.now() < until) {
    const asked = book.open(dice.one(["ip", "ip", "routes"]), round);
    const how = dice.one(["/calico", "@calico"]);
    void acts
      .ask(dice.one(askers).name, dice.one(state.workspace.channels).id, `${how} ${asked.text}`)
      .then((taken) => (asked.taken = taken));
    await pause(dice.between(100, mostPause));
  }
}

const ofRound = (book: Book, round: number): Asked[] => book.asked.filter((one) => one.round === round);

/** Resolves when every question of the round has its fate, or has had the time for it. */
async function settled(book: Book, round: number): Promise<void> {
  const until = Date.now() + settleWithin;
  while (Date.now() < until && ofRound(book, round).some((one) => fateOf(one, true) === "open")) await pause(200);
}

async function judge(book: Book, { round, part, say }: { round: number; part: Part; say: SoakOptions["say"] }): Promise<void> {
  await settled(book, round);
  say(`round ${round + 1}: ${part} killed; ${countsOf(ofRound(book, round))}`);
}

function countsOf(asked: readonly Asked[]): string {
  const counts = Object.entries(tallyOf(asked)).filter(([, count]) => count > 0);
  return `${asked.length} asked, ${counts.map(([fate, count]) => `${count} ${fate}`).join(", ")}`;
}

interface Ended {
  ground: Ground;
  book: Book;
  seed: number;
  rounds: number;
  kills: Record<Kind, number>;
}

function resultOf({ ground, book, seed, rounds, kills }: Ended): SoakResult {
  const { asked, strays } = book;
  const times = asked.flatMap((one) => answerTime(one) ?? []);
  const wrong = asked.filter((one) => bad.includes(fateOf(one, false)));
  const faults = [
    ...wrong.map((one) => faultOf(ground, one, fateOf(one, false))),
    ...strays.map(({ ts, text }) => `a message that belongs to no question: ${ts} ${text}`),
  ];
  const sums = { asked: asked.length, taken: asked.filter(({ taken }) => taken === true).length, tally: tallyOf(asked) };
  return { seed, rounds, kills, ...sums, p50: quantile(times, 0.5), p99: quantile(times, 0.99), longest: quantile(times, 1), faults };
}

function faultOf(ground: Ground, asked: Asked, fate: Fate): string {
  const { text, round, at, taken, cards } = asked;
  const [line = ""] = ground.tail(asked.address, 1);
  const id = /"request":"([\da-f]+)"/.exec(line)?.[1];
  const head = `round ${round + 1}: \`${text}\` of ${new Date(at).toISOString()} is ${fate} (acknowledged: ${taken}, request ${id ?? "unknown"})`;
  const seen = [...cards].map(([ts, card]) => `  message ${ts}: ${JSON.stringify(card)}`);
  const logged = ground.tail(id ?? asked.address, 15).map((one) => `  ${one.slice(0, 400)}`);
  return [head, ...seen, ...logged].join("\n");
}
