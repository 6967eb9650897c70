import type { Command } from "./api.js";
import { element } from "./element.js";

export interface Completions {
  box: HTMLElement;
  close(): void;
}

const most = 8;
let made = 0;

/** Offers commands above an input. Tab takes one; Enter does too once one was chosen with the arrows, or while the word is unfinished. */
export function startCompletions(input: HTMLInputElement, commands: () => readonly Command[]): Completions {
  const box = element("ul", "completions");
  box.id = `completions-${made++}`;
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", "commands");
  let found: readonly Command[] = [];
  let at = 0;
  let moved = false;
  const draw = (): void => {
    box.hidden = found.length === 0;
    box.replaceChildren(...found.map((command, i) => option(command, { id: `${box.id}-${i}`, selected: i === at, take })));
    input.setAttribute("aria-expanded", String(!box.hidden));
    input.setAttribute("aria-activedescendant", box.hidden ? "" : `${box.id}-${at}`);
  };
  const look = (): void => {
    found = fitting(input.value, commands());
    [at, moved] = [0, false];
    draw();
  };
  const close = (): void => {
    found = [];
    draw();
  };
  const take = (line: string): void => {
    input.value = line;
    close();
    input.focus();
  };
  const keys: Readonly<Record<string, () => boolean>> = {
    Tab: () => (take(found[at]?.line ?? input.value), true),
    Enter: () => (moved || unfinished(input.value, commands())) && (take(found[at]?.line ?? input.value), true),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Escape: () => (close(), true),
  };
  const move = (by: number): boolean => {
    [at, moved] = [(at + by + found.length) % found.length, true];
    draw();
    return true;
  };
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-controls", box.id);
  input.addEventListener("input", look);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (found.length > 0 && !event.shiftKey && keys[event.key]?.()) event.preventDefault();
  });
  draw();
  return { box, close };
}

function fitting(typed: string, commands: readonly Command[]): readonly Command[] {
  if (!/^[/@]/.test(typed)) return [];
  return commands.filter(({ line }) => line.startsWith(typed.toLowerCase()) && line !== typed).slice(0, most);
}

/** `/cal` is no command of anybody; `/calico` alone is one. */
const unfinished = (typed: string, commands: readonly Command[]): boolean =>
  !commands.some(({ line }) => line.split(" ")[0] === typed.trim().split(" ")[0]);

function option({ line, help }: Command, how: { id: string; selected: boolean; take(line: string): void }): HTMLElement {
  const made = element("li", "", element("b", "", line), element("span", "", help));
  made.id = how.id;
  made.setAttribute("role", "option");
  made.setAttribute("aria-selected", String(how.selected));
  made.addEventListener("mousedown", (event) => {
    event.preventDefault();
    how.take(line);
  });
  return made;
}
