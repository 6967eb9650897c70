import { element } from "./element.js";
import { mrkdwn } from "./mrkdwn.js";

type Json = Record<string, unknown>;

/** Asks what the app wants asked before a click counts. Resolves to whether the answer was yes; Escape is a no. */
export function asked({ title, text, confirm, deny, style }: Json): Promise<boolean> {
  // One of its own for each question: what is told of one that was closed before must not answer it.
  const dialog = element("dialog");
  dialog.id = "confirm";
  dialog.setAttribute("aria-labelledby", "confirm-title");
  dialog.setAttribute("aria-describedby", "confirm-text");
  const heading = element("h2", "", said(title));
  heading.id = "confirm-title";
  const about = element("p", "", ...(typeOf(text) === "mrkdwn" ? mrkdwn(said(text), String) : [said(text)]));
  about.id = "confirm-text";
  const no = answer("no", said(deny), "");
  const yes = answer("yes", said(confirm), style === "danger" ? " danger" : " primary");
  const form = element("form", "", heading, about, element("footer", "", no, yes));
  form.method = "dialog";
  dialog.append(form);
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
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
