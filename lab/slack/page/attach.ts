import type { Attachment } from "./api.js";
import { element } from "./element.js";

export interface Attaching {
  box: HTMLElement;
  /** What is attached now; null = nothing. */
  file(): Attachment | null;
  clear(): void;
}

/** A button by which a file is chosen; once one is, the button names it and takes it away. */
export function startAttaching(failed: (error: Error) => void): Attaching {
  let chosen: Attachment | null = null;
  const button = element("button", "button attach");
  button.type = "button";
  const set = (file: Attachment | null): void => {
    chosen = file;
    button.textContent = file === null ? "Attach" : `${file.name} ×`;
    button.setAttribute("aria-label", file === null ? "attach a file" : `remove ${file.name}`);
  };
  button.addEventListener("click", () => {
    if (chosen !== null) return set(null);
    const input = element("input");
    input.type = "file";
    input.addEventListener("change", () => {
      const [file] = input.files ?? [];
      if (file) read(file).then(set, failed);
    });
    input.click();
  });
  set(null);
  return { box: button, file: () => chosen, clear: () => set(null) };
}

function read(file: File): Promise<Attachment> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    // A data URL: everything up to the comma says what follows.
    reader.addEventListener("load", () => resolve({ name: file.name, base64: (reader.result as string).replace(/^[^,]*,/, "") }));
    reader.addEventListener("error", () => reject(new Error(`${file.name} cannot be read`)));
    reader.readAsDataURL(file);
  });
}
