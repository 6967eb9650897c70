import type { Block } from "./api.js";
import { asked } from "./confirm.js";
import { element, scrolling } from "./element.js";
import { mrkdwn } from "./mrkdwn.js";

type Json = Record<string, unknown>;

export interface Drawing {
  names(id: string): string;
  /** Resolves when the bot took the click. */
  press(action: string): Promise<void>;
}

/** Blocks as elements, as a reader of Slack would see them. */
export function drawBlocks(blocks: readonly Block[], drawing: Drawing): HTMLElement[] {
  return blocks.flatMap((block) => {
    const drawn = kinds[block.type]?.(block, drawing);
    return drawn ? [drawn] : [];
  });
}

const kinds: Readonly<Record<string, (block: Json, drawing: Drawing) => HTMLElement>> = {
  section,
  header: (block) => element("div", "heading", ...text(block["text"], { names: String, press: async () => undefined })),
  divider: () => element("hr"),
  context: (block, drawing) =>
    element("div", "context", ...list(block["elements"]).map((one) => element("span", "", ...text(one, drawing)))),
  actions: (block, drawing) => element("div", "actions", ...list(block["elements"]).map((one) => control(one, drawing))),
  table,
  rich_text: (block) => element("div", "", ...list(block["elements"]).map(rich)),
};

const list = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);

function text(value: unknown, drawing: Drawing): Node[] {
  const { type, text: said } = (value ?? {}) as { type?: string; text?: string };
  if (said === undefined) return [];
  return type === "plain_text" ? [document.createTextNode(said)] : mrkdwn(said, (id) => drawing.names(id));
}

function section(block: Json, drawing: Drawing): HTMLElement {
  const made = element("div", "", ...text(block["text"], drawing));
  const fields = list(block["fields"]);
  if (fields.length > 0) made.append(element("div", "fields", ...fields.map((field) => element("div", "", ...text(field, drawing)))));
  if (block["accessory"]) made.append(control(block["accessory"] as Json, drawing));
  return made;
}

function control(one: Json, drawing: Drawing): HTMLElement {
  if (one["type"] === "overflow" || one["type"] === "static_select") return menu(one, drawing);
  const style = one["style"] === "primary" ? " primary" : one["style"] === "danger" ? " danger" : "";
  const button = element("button", `button${style}`, ...text(one["text"], drawing));
  button.type = "button";
  const action = String(one["action_id"]);
  button.dataset["action"] = action;
  button.addEventListener("click", () => void pressed(button, one, () => drawing.press(action)));
  return button;
}

/** Asks back where the app wants that; then says at the button itself that it was pressed, and why nothing came of it. */
async function pressed(control: HTMLElement, { confirm }: Json, work: () => Promise<void>): Promise<void> {
  if (confirm !== undefined && !(await asked(confirm as Json))) return;
  control.classList.add("busy");
  await work()
    .catch((error: Error) => control.after(element("span", "wrong", error.message)))
    .finally(() => control.classList.remove("busy"));
}

function menu(one: Json, drawing: Drawing): HTMLElement {
  const select = element("select", "button", element("option", "", "⋯"));
  select.setAttribute("aria-label", "more");
  for (const option of list(one["options"])) {
    const choice = element("option", "", ...text(option["text"], drawing));
    choice.value = String(option["value"]);
    select.append(choice);
  }
  select.addEventListener("change", () => {
    const { value } = select;
    if (select.selectedIndex > 0) void pressed(select, one, () => drawing.press(value));
    select.selectedIndex = 0;
  });
  return select;
}

function table(block: Json): HTMLElement {
  const settings = list(block["column_settings"]);
  const rows = (block["rows"] as Json[][]).map((row) =>
    element("tr", "", ...row.map((cell, i) => element("td", settings[i]?.["align"] === "right" ? "right" : "", cellText(cell)))),
  );
  return scrolling(element("div", "table", element("table", "", element("tbody", "", ...rows))), "table");
}

function cellText(cell: unknown): string {
  if (Array.isArray(cell)) return cell.map(cellText).join("");
  if (cell === null || typeof cell !== "object") return "";
  const { text: said, elements } = cell as { text?: unknown; elements?: unknown };
  return typeof said === "string" ? said : cellText(elements);
}

function rich(part: Json): HTMLElement {
  const inside = list(part["elements"]).map((one) => {
    const said = [one["text"], one["url"]].find((part) => typeof part === "string") ?? "";
    const style = (one["style"] ?? {}) as Json;
    return style["code"] ? element("code", "", said) : style["bold"] ? element("b", "", said) : document.createTextNode(said);
  });
  if (part["type"] === "rich_text_preformatted") return scrolling(element("pre", "", ...inside), "output");
  return part["type"] === "rich_text_quote" ? element("blockquote", "", ...inside) : element("div", "", ...inside);
}
