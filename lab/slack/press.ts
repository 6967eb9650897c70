import type { Message } from "./state.js";

type Json = Record<string, unknown>;

/** What Slack asks back before it sends a click. */
export interface Question {
  title: string;
  text: string;
  yes: string;
}

/** The button or menu entry that has this action id, label or value, and what is asked before it counts. */
export function findAction(message: Message, what: string): { action: Json; question: Question | null } {
  for (const block of (message.blocks ?? []) as Json[]) {
    const elements = [...((block["elements"] as Json[] | undefined) ?? []), ...(block["accessory"] ? [block["accessory"] as Json] : [])];
    for (const element of elements.filter(({ type }) => ["button", "overflow", "static_select"].includes(String(type)))) {
      const base = { type: element["type"], action_id: element["action_id"], block_id: block["block_id"] };
      const question = questionOf(element["confirm"]);
      const label = textOf(element["text"]);
      if (element["type"] === "button" && [element["action_id"], element["value"], label].includes(what))
        return { action: { ...base, value: element["value"], text: element["text"] }, question };
      const option = ((element["options"] as Json[] | undefined) ?? []).find(
        (one) => one["value"] === what || textOf(one["text"]) === what,
      );
      if (option) return { action: { ...base, selected_option: option }, question };
    }
  }
  throw new Error(`message ${message.ts} has no button "${what}"`);
}

function textOf(value: unknown): string {
  const text = (value as Json | undefined)?.["text"];
  return typeof text === "string" ? text : "";
}

function questionOf(confirm: unknown): Question | null {
  if (confirm === undefined) return null;
  const { title, text, confirm: yes } = confirm as Json;
  return { title: textOf(title), text: textOf(text), yes: textOf(yes) };
}
