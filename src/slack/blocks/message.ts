import type { types } from "@slack/bolt";
import { cut, oneLine } from "../../contract/plain.js";
import type { Section, View } from "../../contract/view.js";
import { actionsBlock } from "./actions.js";
import { escaped, mrkdwn, mrkdwnWithin } from "./escape.js";
import { costOf, mrkdwnText, type Room } from "./fit.js";
import { emoji } from "./light.js";
import { limits } from "./limits.js";
import { fitSection } from "./section.js";

/** What is sent to Slack for a view. */
export interface Message {
  /** For notifications and screen readers. */
  text: string;
  blocks: types.KnownBlock[];
  /** The whole answer, when the message could not hold it. */
  file: { name: string; text: string } | null;
}

export interface MessageOptions {
  /** The slash command, `/calico`. */
  command: string;
  /** A view as text without escape sequences, for the file. */
  asText: (view: View) => string;
  /** Request to cancel while it works; null = no such button. */
  cancel?: string | null;
  /** False = tables as text, for a workspace that refuses table blocks. */
  tables?: boolean;
  /** What became of the file; by default, that it is in the thread. */
  note?: string;
}

const most = { verdict: 1000, detail: 1500, footer: 1500, again: 300, note: 400, leftOut: 600 };

/** A view as one message within Slack's limits, whatever its size. */
export function toMessage(view: View, options: MessageOptions): Message {
  const head = [...headOf(view), ...calledOf(view)];
  const actions = actionsBlock(view.actions, view.again, options.cancel ?? null);
  const foot = [...footOf(view, options.command), ...actions];
  const note = options.note ?? "the whole answer is a file in the thread";
  // The line about what is left out is always kept free.
  const spare = most.note + most.leftOut;
  const room = {
    characters: limits.characters - costOf([head, foot]) - spare,
    blocks: limits.blocks - head.length - foot.length - 1,
  };
  const { blocks, left } = bodyOf(view.sections, room, options.tables ?? true);
  const parts = isCut(view) ? ["part of the text", ...left] : left;
  const cutLine = parts.length === 0 ? [] : [context(leftOut(parts, note))];
  const file = parts.length === 0 ? null : { name: fileName(view), text: options.asText(view) };
  return { text: fallbackOf(view), blocks: [...head, ...blocks, ...cutLine, ...foot], file };
}

/** A message without blocks, for when Slack refuses them. The file has the rest. */
export function toPlainMessage(view: View, { asText, note }: MessageOptions): Message {
  const text = asText(view);
  const fence = "```";
  const room = limits.text - 500;
  let shown = text;
  for (let keep = text.length; escaped(shown).length > room; keep = Math.floor(keep * 0.8)) shown = cut(text, keep);
  const safe = escaped(shown.trimEnd()).replaceAll("`", "'");
  const rest = shown === text ? "" : `\n${escaped(note ?? "the whole answer is a file in the thread")}`;
  return { text: `${fence}${safe}${fence}${rest}`, blocks: [], file: shown === text ? null : { name: fileName(view), text } };
}

function headOf({ verdict }: View): types.KnownBlock[] {
  const first = `${emoji[verdict.light]} *${mrkdwnWithin(verdict.text, most.verdict) || "–"}*`;
  const second = mrkdwnWithin(verdict.detail ?? "", most.detail);
  return [{ type: "section", text: mrkdwnText(second === "" ? first : `${first}\n${second}`), expand: true }];
}

/** Slack's ids of people and of user groups; nothing else may become a mention. */
const person = /^[UW][A-Z0-9]{4,20}$/;
const group = /^S[A-Z0-9]{4,20}$/;

/** Who is called by a message, at most ten. */
function calledOf({ mentions }: View): types.KnownBlock[] {
  const called = calledIn(mentions);
  return called.length === 0 ? [] : [{ type: "section", text: mrkdwnText(called.join(" ")) }];
}

const calledIn = (mentions: View["mentions"] = []): string[] =>
  mentions.flatMap((id) => (person.test(id) ? [`<@${id}>`] : group.test(id) ? [`<!subteam^${id}>`] : [])).slice(0, 10);

/** Each section may take what those behind it do not need at least. */
function bodyOf(sections: readonly Section[], whole: Room, tables: boolean): { blocks: types.KnownBlock[]; left: string[] } {
  const blocks: types.KnownBlock[] = [];
  const left: string[] = [];
  const needs = sections.map(leastOf);
  let room = whole;
  sections.forEach((section, i) => {
    const table = tables && !blocks.some((block) => block.type === "table");
    const fitted = fitSection(section, lessReserved(room, needs.slice(i + 1)), table);
    blocks.push(...fitted.blocks);
    room = { characters: room.characters - costOf(fitted.blocks), blocks: room.blocks - fitted.blocks.length };
    if (fitted.left > 0) left.push(leftOf(section, fitted.left));
  });
  return { blocks, left };
}

function leftOf({ kind, title }: Section, left: number): string {
  const [one, many] = units[kind];
  return `${left} ${left === 1 ? one : many}${title === undefined ? "" : ` of ${oneLine(title)}`}`;
}

const units: Readonly<Record<Section["kind"], readonly [string, string]>> = {
  lines: ["entry", "entries"],
  facts: ["fact", "facts"],
  table: ["row", "rows"],
  code: ["line", "lines"],
};

const fairShare: Room = { characters: 800, blocks: 2 };

/** What a section needs, up to its fair share. */
function leastOf(section: Section): Room {
  const { blocks } = fitSection(section, fairShare, false);
  return { characters: costOf(blocks), blocks: blocks.length };
}

/** At most half of what there is is kept for later sections. */
function lessReserved(room: Room, needs: readonly Room[]): Room {
  const sum = (key: keyof Room): number =>
    Math.min(
      needs.reduce((total, need) => total + need[key], 0),
      Math.floor(room[key] / 2),
    );
  return { characters: room.characters - sum("characters"), blocks: room.blocks - sum("blocks") };
}

/** The first few by name, the rest as a number. */
function leftOut(parts: readonly string[], note: string): string {
  const rest = parts.length - named;
  const all = rest > 0 ? [...parts.slice(0, named), `and parts of ${rest} more sections`] : parts;
  return `${mrkdwnWithin(`left out: ${all.join(", ")}`, most.leftOut)}; ${mrkdwnWithin(note, most.note - 2)}`;
}

const named = 4;

function isCut({ verdict, footer }: View): boolean {
  return (
    mrkdwn(verdict.text).length > most.verdict ||
    mrkdwn(verdict.detail ?? "").length > most.detail ||
    footer.map(mrkdwn).join("\n").length > most.footer
  );
}

function footOf({ footer, again }: View, command: string): types.KnownBlock[] {
  const small = footerText(footer.map(mrkdwn).filter((line) => line !== ""));
  const repeat = again === undefined ? "" : againText(again, command);
  return [small, repeat].filter((text) => text !== "").map(context);
}

function footerText(lines: readonly string[]): string {
  const kept: string[] = [];
  for (const line of lines) {
    if ([...kept, line].join("\n").length > most.footer) break;
    kept.push(line);
  }
  return kept.join("\n");
}

/** Shown only if it can be typed again exactly as it stands there. */
function againText(again: string, command: string): string {
  if (again.length > most.again || again.includes("`") || oneLine(again) !== again) return "";
  const mention = `@${command.replace(/^\//, "")}`;
  const text = `\`${escaped(`${command} ${again}`.trimEnd())}\` · in threads: \`${escaped(`${mention} ${again}`.trimEnd())}\``;
  return text.length <= limits.contextText ? text : "";
}

function context(text: string): types.ContextBlock {
  return { type: "context", elements: [mrkdwnText(text)] };
}

/** Slack notifies of mentions that stand in here. */
function fallbackOf({ verdict, mentions }: View): string {
  return [mrkdwnWithin(verdict.text, limits.fallback) || "–", ...calledIn(mentions)].join(" ");
}

function fileName({ again, verdict }: View): string {
  const words = (again ?? verdict.text).toLowerCase().replace(/[^a-z0-9.-]+/g, "-");
  return `${words.replace(/^[-.]+|[-.]+$/g, "").slice(0, 60) || "answer"}.txt`;
}
