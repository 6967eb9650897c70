/**
 * What Slack would refuse in a message, one sentence each. Written from Slack's documentation and from refusals that were seen,
 * on purpose without a look at the renderer or its list of limits.
 */
export function refusals(message: { text: string; blocks: readonly unknown[] }): string[] {
  const blocks = message.blocks as Json[];
  const found: string[] = [];
  const say = (path: string, text: string): void => void found.push(`${path}: ${text}`);
  if (message.text.length === 0 || message.text.length > 4000) say("text", `${message.text.length} characters`);
  if (blocks.length > 50) say("blocks", `${blocks.length} of them`);
  if (blocks.filter((block) => block["type"] === "table" || block["type"] === "data_table").length > 1)
    say("blocks", "only one table allowed");
  const all = textsOf(blocks).reduce((sum, text) => sum + text.length, 0);
  if (all > 11_000) say("blocks", `msg_blocks_too_long: ${all}`);
  blocks.forEach((block, i) => checkBlock(block, `/blocks/${i}`, say));
  return found;
}

type Json = Record<string, unknown>;
type Say = (path: string, text: string) => void;

const list = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);

function checkBlock(block: Json, path: string, say: Say): void {
  const checks: Record<string, (block: Json, path: string, say: Say) => void> = {
    section: checkSection,
    context: checkContext,
    actions: checkActions,
    table: checkTable,
    rich_text: checkRichText,
  };
  const check = checks[String(block["type"])];
  if (check === undefined) return say(path, `unsupported type ${String(block["type"])}`);
  check(block, path, say);
}

function checkText(value: unknown, path: string, { most, say, type }: { most: number; say: Say; type?: string }): void {
  const { text, type: kind } = (value ?? {}) as Json;
  if (typeof text !== "string" || text.length < 1) return say(path, "must be more than 0 characters");
  if (text.length > most) say(path, `must be less than ${most + 1} characters, has ${text.length}`);
  if (kind !== "mrkdwn" && kind !== "plain_text") say(path, `type ${String(kind)}`);
  if (type !== undefined && kind !== type) say(path, `must be ${type}`);
  if (kind === "mrkdwn" && !calls.test(text) && /<[^>]*>|&(?!(?:amp|lt|gt);)/.test(text)) say(path, "holds something that slack parses");
}

/** People and user groups that are called, and nothing else. */
const calls = /^(?:(?:<@[UW][A-Z0-9]+>|<!subteam\^S[A-Z0-9]+>)(?: |$))+$/;

function checkSection(block: Json, path: string, say: Say): void {
  const fields = list(block["fields"]);
  if (block["text"] === undefined && fields.length === 0) say(path, "a section needs text or fields");
  if (block["text"] !== undefined) checkText(block["text"], `${path}/text`, { most: 3000, say });
  if (fields.length > 10) say(path, "no more than 10 fields");
  fields.forEach((field, i) => checkText(field, `${path}/fields/${i}`, { most: 2000, say }));
}

function checkContext(block: Json, path: string, say: Say): void {
  const elements = list(block["elements"]);
  if (elements.length < 1 || elements.length > 10) say(path, `${elements.length} elements`);
  elements.forEach((element, i) => checkText(element, `${path}/elements/${i}`, { most: 3000, say }));
}

function checkActions(block: Json, path: string, say: Say): void {
  const elements = list(block["elements"]);
  if (elements.length < 1 || elements.length > 25) say(path, `${elements.length} elements`);
  const ids = elements.map((element) => String(element["action_id"]));
  if (new Set(ids).size !== ids.length) say(path, "action_id is not unique");
  if (ids.some((id) => id.length < 1 || id.length > 255)) say(path, "action_id length");
  elements.forEach((element, i) => (element["type"] === "overflow" ? checkMenu : checkButton)(element, `${path}/elements/${i}`, say));
}

function checkButton(button: Json, path: string, say: Say): void {
  if (button["type"] !== "button") say(path, `type ${String(button["type"])}`);
  checkText(button["text"], `${path}/text`, { most: 75, say, type: "plain_text" });
  const value = button["value"];
  if (typeof value !== "string" || value.length < 1 || value.length > 2000) say(path, "value");
  if (!["undefined", "primary", "danger"].includes(String(button["style"]))) say(path, "style");
  if (button["confirm"] !== undefined) checkConfirm(button["confirm"] as Json, `${path}/confirm`, say);
}

function checkConfirm(confirm: Json, path: string, say: Say): void {
  for (const [name, most] of Object.entries({ title: 100, text: 300, confirm: 30, deny: 30 }))
    checkText(confirm[name], `${path}/${name}`, { most, say, type: "plain_text" });
  if (!["undefined", "primary", "danger"].includes(String(confirm["style"]))) say(path, "style");
}

function checkMenu(menu: Json, path: string, say: Say): void {
  const options = list(menu["options"]);
  if (options.length < 1 || options.length > 5) say(path, `${options.length} options`);
  options.forEach((option, i) => {
    checkText(option["text"], `${path}/options/${i}/text`, { most: 75, say, type: "plain_text" });
    const value = option["value"];
    if (typeof value !== "string" || value.length < 1 || value.length > 75) say(path, "option value");
  });
}

function checkTable(table: Json, path: string, say: Say): void {
  const rows = table["rows"] as Json[][];
  const width = rows[0]?.length ?? 0;
  if (rows.length < 1 || rows.length > 100) say(path, `${rows.length} rows`);
  if (width < 1 || width > 20) say(path, `${width} columns`);
  if (list(table["column_settings"]).length > 20) say(path, "column settings");
  if (rows.some((row) => row.length !== width)) say(path, "rows of different length");
  const cells = rows.flat();
  if (cells.some((cell) => cell["type"] !== "raw_text" || typeof cell["text"] !== "string" || cell["text"].length < 1))
    say(path, "an empty cell");
  if (cells.reduce((sum, cell) => sum + String(cell["text"]).length, 0) > 10_000) say(path, "cells of more than 10,000 characters");
}

function checkRichText(block: Json, path: string, say: Say): void {
  for (const element of list(block["elements"])) {
    if (element["type"] !== "rich_text_preformatted") say(path, `element ${String(element["type"])}`);
    const texts = list(element["elements"]);
    if (texts.length < 1 || texts.some((text) => text["type"] !== "text" || String(text["text"]).length < 1)) say(path, "empty rich text");
  }
}

/** Every text that people see, wherever it is. */
function textsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === "text" && typeof inner === "string" ? [inner] : textsOf(inner)));
}
