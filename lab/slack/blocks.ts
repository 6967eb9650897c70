import { limits } from "./limits.js";

type Json = Record<string, unknown>;

/** Everything Slack would refuse about these blocks, in its words with the place as a JSON pointer; empty = it takes them. */
export function blockErrors(blocks: unknown, where = { most: limits.blocks as number, modal: false }): string[] {
  if (!Array.isArray(blocks)) return ["must be an array [json-pointer:/blocks]"];
  const errors: string[] = [];
  if (blocks.length > where.most) errors.push(`no more than ${where.most} items allowed [json-pointer:/blocks]`);
  const seen = new Set<unknown>();
  blocks.forEach((block: Json, i) => {
    const check = new Check(`/blocks/${i}`, errors);
    check.block(block, where.modal);
    const id = block["block_id"];
    if (id !== undefined && seen.has(id)) errors.push(`block_id is used twice [json-pointer:/blocks/${i}/block_id]`);
    seen.add(id);
  });
  if (blocks.filter((block: Json) => block["type"] === "table").length > 1) errors.push("only_one_table_allowed");
  return errors;
}

/** Everything Slack would refuse about a modal view. */
export function viewErrors(view: unknown): string[] {
  const { type, title, submit, close, blocks, private_metadata: metadata } = (view ?? {}) as Json;
  const errors: string[] = [];
  if (type !== "modal") errors.push("unsupported type [json-pointer:/view/type]");
  const check = new Check("/view", errors);
  check.text(title, limits.viewTitle, "/title");
  for (const [name, label] of Object.entries({ submit, close })) if (label !== undefined) check.text(label, limits.viewTitle, `/${name}`);
  if (lengthOf(metadata) > limits.privateMetadata) errors.push("must be less than 3001 characters [json-pointer:/view/private_metadata]");
  const list = Array.isArray(blocks) ? (blocks as Json[]) : [];
  if (list.some((block) => block["type"] === "input") && submit === undefined)
    errors.push("submit is required when an input block is present [json-pointer:/view/submit]");
  if (list.length > limits.viewBlocks) errors.push(`no more than ${limits.viewBlocks} items allowed [json-pointer:/view/blocks]`);
  return [...errors, ...blockErrors(blocks, { most: limits.viewBlocks, modal: true })];
}

/** Characters of text in all blocks, as the limit of a whole message counts them. */
export function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + textLength(item), 0);
  if (value === null || typeof value !== "object") return 0;
  return Object.entries(value).reduce(
    (sum, [key, child]) => sum + (key === "text" && typeof child === "string" ? child.length : textLength(child)),
    0,
  );
}

const lengthOf = (value: unknown): number => (typeof value === "string" ? value.length : 0);
const typeOf = (thing: Json): string => (typeof thing["type"] === "string" ? thing["type"] : "none");

class Check {
  constructor(
    private readonly at: string,
    private readonly errors: string[],
  ) {}

  private say(text: string, where = ""): void {
    this.errors.push(`${text} [json-pointer:${this.at}${where}]`);
  }

  private list(value: unknown, most: number, where: string): Json[] {
    if (!Array.isArray(value) || value.length === 0) {
      this.say("must have at least 1 item", where);
      return [];
    }
    if (value.length > most) this.say(`no more than ${most} items allowed`, where);
    return value as Json[];
  }

  text(value: unknown, most: number, where: string): void {
    const text = (value as Json | undefined)?.["text"];
    if (typeof text !== "string" || text.length === 0) this.say("must be more than 0 characters", `${where}/text`);
    else if (text.length > most) this.say(`must be less than ${most + 1} characters`, `${where}/text`);
    const type = (value as Json | undefined)?.["type"];
    if (type !== "mrkdwn" && type !== "plain_text") this.say("unsupported type of text", `${where}/type`);
  }

  block(block: Json, modal: boolean): void {
    const id = block["block_id"];
    if (typeof id === "string" && id.length > limits.blockId) this.say(`must be less than ${limits.blockId + 1} characters`, "/block_id");
    const kinds: Record<string, () => void> = {
      section: () => this.section(block),
      header: () => this.text(block["text"], limits.header, "/text"),
      divider: () => undefined,
      context: () =>
        this.list(block["elements"], limits.contextElements, "/elements").forEach((element, i) => this.textLike(element, `/elements/${i}`)),
      actions: () =>
        this.list(block["elements"], limits.actionsElements, "/elements").forEach((element, i) => this.element(element, `/elements/${i}`)),
      table: () => this.table(block),
      rich_text: () => void this.list(block["elements"], limits.blocks, "/elements"),
    };
    if (modal) kinds["input"] = () => this.input(block);
    const kind = Object.hasOwn(kinds, typeOf(block)) ? kinds[typeOf(block)] : undefined;
    if (kind) kind();
    else this.say(`unsupported type: ${typeOf(block)}`);
  }

  private textLike(element: Json, where: string): void {
    const most = limits.sectionText;
    const text = element["text"];
    if (element["type"] !== "mrkdwn" && element["type"] !== "plain_text") this.say("unsupported element", where);
    else if (typeof text !== "string" || text.length === 0 || text.length > most)
      this.say(`must be between 1 and ${most} characters`, `${where}/text`);
  }

  private input(block: Json): void {
    this.text(block["label"], limits.inputLabel, "/label");
    const element = (block["element"] ?? {}) as Json;
    if (element["type"] === "static_select") this.element(element, "/element");
    else if (element["type"] !== "plain_text_input") this.say(`unsupported element: ${typeOf(element)}`, "/element");
  }

  private section(block: Json): void {
    if (block["text"] === undefined && block["fields"] === undefined) this.say("text or fields are required");
    if (block["text"] !== undefined) this.text(block["text"], limits.sectionText, "/text");
    if (block["fields"] !== undefined)
      this.list(block["fields"], limits.fields, "/fields").forEach((field, i) => this.text({ ...field }, limits.fieldText, `/fields/${i}`));
    if (block["accessory"] !== undefined) this.element(block["accessory"] as Json, "/accessory");
  }

  private plain(value: unknown, most: number, where: string): void {
    this.text(value, most, where);
    if ((value as Json | undefined)?.["type"] === "mrkdwn") this.say("must be plain_text", `${where}/type`);
  }

  private style(element: Json, where: string): void {
    if (!["undefined", "primary", "danger"].includes(String(element["style"]))) this.say("must be primary or danger", `${where}/style`);
  }

  /** The question before a click; Slack wants all four of its texts. */
  private confirm(confirm: Json, where: string): void {
    this.plain(confirm["title"], limits.confirmTitle, `${where}/title`);
    this.text(confirm["text"], limits.confirmText, `${where}/text`);
    this.plain(confirm["confirm"], limits.confirmButton, `${where}/confirm`);
    this.plain(confirm["deny"], limits.confirmButton, `${where}/deny`);
    this.style(confirm, where);
  }

  private element(element: Json, where: string): void {
    if (lengthOf(element["action_id"]) > limits.actionId)
      this.say(`must be less than ${limits.actionId + 1} characters`, `${where}/action_id`);
    if (element["confirm"] !== undefined) this.confirm((element["confirm"] ?? {}) as Json, `${where}/confirm`);
    if (element["type"] === "button") {
      this.plain(element["text"], limits.buttonText, `${where}/text`);
      this.style(element, where);
      if (lengthOf(element["value"]) > limits.buttonValue)
        this.say(`must be less than ${limits.buttonValue + 1} characters`, `${where}/value`);
    } else if (element["type"] === "overflow" || element["type"] === "static_select") {
      const most = element["type"] === "overflow" ? limits.overflowOptions : limits.selectOptions;
      this.list(element["options"], most, `${where}/options`).forEach((option, i) => {
        this.text(option["text"], limits.optionText, `${where}/options/${i}/text`);
        if (lengthOf(option["value"]) > limits.optionValue)
          this.say(`must be less than ${limits.optionValue + 1} characters`, `${where}/options/${i}/value`);
      });
    } else this.say(`unsupported element: ${typeOf(element)}`, where);
  }

  private table(block: Json): void {
    const rows = this.list(block["rows"], limits.tableRows, "/rows") as unknown as Json[][];
    rows.forEach((row, i) => {
      if (row.length > limits.tableColumns) this.say(`no more than ${limits.tableColumns} items allowed`, `/rows/${i}`);
      row.forEach((cell, j) => {
        if (textLength(cell) === 0) this.say("must be more than 0 characters", `/rows/${i}/${j}/text`);
      });
    });
    if (textLength(rows) > limits.tableCharacters) this.say(`must be less than ${limits.tableCharacters + 1} characters in all`, "/rows");
  }
}
