import type { Attachment, Command } from "./api.js";
import { startAttaching } from "./attach.js";
import { startCompletions } from "./completions.js";
import { element } from "./element.js";

export interface Composing {
  form: HTMLFormElement;
  commands(): readonly Command[];
  placeholder: string;
  hint: string;
  send(text: string, file: Attachment | null): Promise<void>;
}

/** A line to write in: completes commands, remembers what was typed, says what became of it. */
export function startComposer({ form, commands, placeholder, hint, send }: Composing): HTMLInputElement {
  const input = element("input");
  input.setAttribute("aria-label", "message");
  input.placeholder = placeholder;
  const submit = element("button", "button primary", "Send");
  submit.type = "submit";
  const note = element("p", "hint", hint);
  note.setAttribute("role", "status");
  const completions = startCompletions(input, commands);
  const attaching = startAttaching((error) => say(error.message, true));
  form.append(completions.box, element("div", "line", input, attaching.box, submit), note);
  const say = (text: string, wrong = false): void => {
    note.textContent = text;
    note.classList.toggle("wrong", wrong);
  };
  let last = "";
  input.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowUp" || input.value !== "") return;
    input.value = last;
    event.preventDefault();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text === "") return;
    last = text;
    input.value = "";
    completions.close();
    say(`${text}: sent, waiting for the bot to take it`);
    send(text, attaching.file()).then(
      () => {
        attaching.clear();
        say(hint);
      },
      (error: Error) => {
        say(error.message, true);
        // What could not be sent is not lost.
        if (input.value === "") input.value = text;
      },
    );
  });
  return input;
}
