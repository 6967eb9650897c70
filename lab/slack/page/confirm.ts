import { byId, element } from "./element.js";
import { mrkdwn } from "./mrkdwn.js";

type Json = Record<string, unknown>;

/** Asks what the app wants asked before a click counts. Resolves to whether the answer was yes; Escape is a no. */
export function asked({ title, text, confirm, deny, style }: Json): Promise<boolean> {
  const dialog = byId<HTMLDialogElement>("confirm");
  const heading = element("h2", "", said(title));
  heading.id = "confirm-title";
  const about = element("p", "", ...(typeOf(text) === "mrkdwn" ? mrkdwn(said(text), String) : [said(text)]));
  about.id = "confirm-text";
  const no = answer("no", said(deny), "");
  const yes = answer("yes", said(confirm), style === "danger" ? " danger" : " primary");
  const form = element("form", "", heading, about, element("footer", "", no, yes));
  form.method = "dialog";
  dialog.replaceChildren(form);
  dialog.returnValue = "no";
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    dialog.showModal();
    // Enter alone must not say yes.
    no.focus();
  });
}

function answer(value: string, label: string, look: string): HTMLButtonElement {
  const button = element("button", `button${look}`, label);
  button.value = value;
  return button;
}

const typeOf = (value: unknown): unknown => (value as Json | undefined)?.["type"];

function said(value: unknown): string {
  const text = (value as Json | undefined)?.["text"];
  return typeof text === "string" ? text : "";
}
