import { type Block, closeView, type OpenView, submitView, viewsOf } from "./api.js";
import { type Drawing, drawBlocks } from "./blocks.js";
import { byId, element } from "./element.js";

type Json = Record<string, unknown>;

export interface ModalPlace {
  person(): string;
  names(id: string): string;
}

/** The uppermost view of this person as a dialog: its fields, its errors at them, and what was typed kept while it changes. */
export function startModal(place: ModalPlace): () => Promise<void> {
  const dialog = byId<HTMLDialogElement>("modal");
  const typed = new Map<string, string>();
  let shown = "";
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    void closeView(place.person()).catch(say);
  });
  const refresh = async (): Promise<void> => {
    const top = (await viewsOf(place.person())).at(-1);
    if (!top) {
      shown = "";
      typed.clear();
      if (dialog.open) dialog.close();
      return;
    }
    if (shown === `${place.person()} ${top.id} ${top.hash}`) return;
    shown = `${place.person()} ${top.id} ${top.hash}`;
    dialog.replaceChildren(form(top, place, typed));
    if (!dialog.open) dialog.showModal();
    dialog.querySelector<HTMLElement>("[aria-invalid=true], input, textarea, select")?.focus();
  };
  return refresh;
}

function form(top: OpenView, place: ModalPlace, typed: Map<string, string>): HTMLFormElement {
  const { title, submit, close, blocks } = top.view;
  const heading = element("h2", "", text(title));
  heading.id = "modal-title";
  const drawing: Drawing = { names: place.names, press: () => Promise.reject(new Error("buttons of views are not drawn here")) };
  const body = element(
    "div",
    "view",
    ...blocks.flatMap((block) => (block.type === "input" ? [field(block, top, typed)] : drawBlocks([block], drawing))),
  );
  const cancel = element("button", "button", text(close) || "Close");
  cancel.type = "button";
  cancel.addEventListener("click", () => void closeView(place.person()).catch(say));
  const note = element("p", "wrong");
  note.id = "modal-said";
  note.setAttribute("role", "status");
  const made = element("form", "", element("header", "", heading), body, note, element("footer", "", cancel));
  if (submit !== undefined) {
    const send = element("button", "button primary", text(submit));
    send.type = "submit";
    made.querySelector("footer")?.append(send);
  }
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    void submitView(place.person(), Object.fromEntries(typed)).catch(say);
  });
  return made;
}

function say(error: Error): void {
  byId("modal-said").textContent = error.message;
}

const word = (value: unknown): string => (typeof value === "string" ? value : "");
const text = (value: unknown): string => word((value as Json | undefined)?.["text"]);

/** One field with its label, its hint and what is wrong with it, all of which are read out with it. */
function field(block: Block, { errors }: OpenView, typed: Map<string, string>): HTMLElement {
  const id = String(block["block_id"]);
  const input = control(block["element"] as Json);
  input.id = `field-${id}`;
  const initial = word((block["element"] as Json)["initial_value"]);
  input.value = typed.get(id) ?? initial;
  if (!typed.has(id) && initial !== "") typed.set(id, initial);
  for (const event of ["input", "change"]) input.addEventListener(event, () => typed.set(id, input.value));
  const label = element("label", "", text(block["label"]), ...(block["optional"] === true ? [element("small", "", " (optional)")] : []));
  label.htmlFor = input.id;
  const hints = [
    ...(block["hint"] ? [element("p", "hint", text(block["hint"]))] : []),
    ...(errors[id] === undefined ? [] : [element("p", "wrong", errors[id])]),
  ];
  hints.forEach((hint, i) => (hint.id = `${input.id}-${i}`));
  if (hints.length > 0) input.setAttribute("aria-describedby", hints.map((hint) => hint.id).join(" "));
  if (errors[id] !== undefined) input.setAttribute("aria-invalid", "true");
  return element("div", "field", label, input, ...hints);
}

function control(one: Json): HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement {
  if (one["type"] === "static_select") {
    const options = (one["options"] as Json[]).map((option) => new Option(text(option["text"]), String(option["value"])));
    return element("select", "", new Option(text(one["placeholder"]) || "Choose…", ""), ...options);
  }
  const made = one["multiline"] === true ? element("textarea") : element("input");
  made.placeholder = text(one["placeholder"]);
  if (typeof one["max_length"] === "number") made.maxLength = one["max_length"];
  return made;
}
