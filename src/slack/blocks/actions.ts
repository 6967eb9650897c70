import type { types } from "@slack/bolt";
import { cut, oneLine } from "../../contract/plain.js";
import type { Action } from "../../contract/view.js";
import { limits } from "./limits.js";

/** Action ids, as they come back with a click. `run:<n>` and `more` carry a line; `again` too, and its answer replaces the message. */
export const ids = { run: "run:", more: "more", again: "again", cancel: "cancel" } as const;

/** Buttons beside each other before the rest goes into the menu. */
const beside = 4;

/** A view's actions as buttons and one menu. What Slack cannot carry (a line over 2,000 characters) is left out. */
export function actionsBlock(actions: readonly Action[], again: string | undefined, cancel: string | null): types.KnownBlock[] {
  const possible = actions.filter(({ label, line }) => oneLine(label) !== "" && line !== "" && line.length <= limits.value);
  const { shown, menu } = divided(possible);
  const room = dialogRoom(shown.filter(({ confirm }) => confirm !== undefined).length);
  const elements: types.ActionsBlockElement[] = shown.map((action, n) => button(action, { n, room, refresh: action.line === again }));
  if (cancel !== null) elements.push({ ...labelled("Cancel"), action_id: ids.cancel, value: cancel });
  if (menu.length > 0) elements.push(overflow(menu));
  return elements.length === 0 ? [] : [{ type: "actions", elements }];
}

/** Options of a menu carry shorter lines than buttons do; an action that does not fit in there is a button. */
function divided(actions: readonly Action[]): { shown: Action[]; menu: Action[] } {
  if (actions.length <= beside + 1) return { shown: [...actions], menu: [] };
  const menu = actions
    .slice(beside)
    .filter(({ line, confirm }) => line.length <= limits.optionValue && confirm === undefined)
    .slice(0, limits.options);
  // Two places are kept for the menu and Cancel.
  return { shown: actions.filter((action) => !menu.includes(action)).slice(0, limits.elements - 2), menu };
}

function labelled(label: string): types.Button {
  return { type: "button", text: { type: "plain_text", text: cut(oneLine(label), limits.buttonText), emoji: false } };
}

interface Pressed {
  n: number;
  room: Room;
  /** Repeats the answer, which then replaces the message. */
  refresh: boolean;
}

function button({ label, line, style, confirm }: Action, { n, room, refresh }: Pressed): types.Button {
  const look = style === undefined ? {} : { style };
  const asked = confirm === undefined ? {} : { confirm: dialog(confirm, style, room) };
  return { ...labelled(label), action_id: refresh ? `${ids.again}:${n}` : `${ids.run}${n}`, value: line, ...look, ...asked };
}

/** Characters of one question. */
interface Room {
  title: number;
  text: number;
}

/** The questions of one message share what a message has room for; up to five are as long as Slack takes them. */
function dialogRoom(dialogs: number): Room {
  const each = Math.floor(limits.dialogs / Math.max(1, dialogs)) - limits.confirmButton - back.length;
  const title = Math.min(limits.confirmTitle, Math.floor(each / 4));
  return { title, text: Math.min(limits.confirmText, each - title) };
}

const plainText = (text: string, most: number): types.PlainTextElement => ({
  type: "plain_text",
  text: cut(oneLine(text), most) || "–",
  emoji: false,
});

const back = "Back";

/** The question that Slack asks before the click is sent. */
function dialog({ title, text, yes }: NonNullable<Action["confirm"]>, style: Action["style"], room: Room): types.ConfirmationDialog {
  return {
    title: plainText(title, room.title),
    text: plainText(text, room.text),
    confirm: plainText(yes, limits.confirmButton),
    deny: plainText(back, limits.confirmButton),
    ...(style === undefined ? {} : { style }),
  };
}

function overflow(actions: readonly Action[]): types.Overflow {
  const options = actions.map(({ label, line }) => ({
    text: { type: "plain_text" as const, text: cut(oneLine(label), limits.optionText), emoji: false },
    value: line,
  }));
  return { type: "overflow", action_id: ids.more, options };
}
