import { byId, element } from "./element.js";

export interface Composing {
  commands: readonly { line: string; help: string }[];
  send(text: string): Promise<void>;
}

/** The line at the foot: completes slash commands by Tab, arrows or click, remembers what was typed. */
export function startComposer({ commands, send }: Composing): void {
  const form = byId<HTMLFormElement>("composer");
  const input = byId<HTMLInputElement>("text");
  const box = byId<HTMLUListElement>("completions");
  const typed: string[] = [];
  let chosen = 0;
  const fitting = () =>
    /^[/@]/.test(input.value) ? commands.filter(({ line }) => line.startsWith(input.value) && line !== input.value).slice(0, 8) : [];
  const take = (line: string): void => {
    input.value = line;
    draw();
    input.focus();
  };
  const draw = (): void => {
    const found = fitting();
    chosen = Math.min(chosen, Math.max(0, found.length - 1));
    box.hidden = found.length === 0;
    box.replaceChildren(...found.map(({ line, help }, i) => option({ line, help, selected: i === chosen, take })));
  };
  input.addEventListener("input", draw);
  input.addEventListener("blur", () => setTimeout(() => (box.hidden = true), 150));
  input.addEventListener("keydown", (event) => {
    const found = fitting();
    const line = found[chosen]?.line;
    if (event.key === "Tab" && line !== undefined) take(line);
    else if (event.key === "ArrowDown" && found.length > 0) chosen++;
    else if (event.key === "ArrowUp" && found.length > 0) chosen = Math.max(0, chosen - 1);
    else if (event.key === "ArrowUp" && input.value === "") input.value = typed.at(-1) ?? "";
    else if (event.key === "Escape") box.hidden = true;
    else return;
    event.preventDefault();
    if (event.key !== "Escape") draw();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text === "") return;
    typed.push(text);
    input.value = "";
    draw();
    void send(text);
  });
  input.focus();
}

function option({ line, help, selected, take }: { line: string; help: string; selected: boolean; take(line: string): void }): HTMLElement {
  const made = element("li", "", element("b", "", line), element("span", "", help));
  made.setAttribute("role", "option");
  made.setAttribute("aria-selected", String(selected));
  made.addEventListener("mousedown", (event) => {
    event.preventDefault();
    take(line);
  });
  return made;
}
