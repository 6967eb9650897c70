import type { Light } from "../contract/view.js";

/** Colours a text, or leaves it as it is. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  light(light: Light, text: string): string;
}

const codes: Readonly<Record<Light, number>> = { bad: 31, warn: 33, ok: 32, unknown: 35, info: 36 };

/** The painter of a terminal, or of a file. */
export function painter(color: boolean): Paint {
  const paint = (code: number, text: string): string => (color && text !== "" ? `\u001b[${code}m${text}\u001b[0m` : text);
  return {
    bold: (text) => paint(1, text),
    dim: (text) => paint(2, text),
    light: (light, text) => paint(codes[light], text),
  };
}
