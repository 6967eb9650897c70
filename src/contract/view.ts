import type { Picture } from "./picture.js";

/** How a thing is doing. `unknown` = could not be asked, which is never shown as fine. */
export type Light = "ok" | "warn" | "bad" | "unknown" | "info";

/**
 * What a person sees, free of any chat platform: no Block Kit, no mrkdwn. Texts are plain; renderers escape them.
 * Reading order: verdict, detail, sections, footer, actions.
 */
export interface View {
  verdict: {
    light: Light;
    /** The first line: the verdict and how big it is. */
    text: string;
    /** The second line: what is fine, what explains it. */
    detail?: string;
  };
  sections: Section[];
  /** Small print: when, how old, what could not be asked. */
  footer: string[];
  actions: Action[];
  /** The line that repeats this answer, without the `/calico`. */
  again?: string;
  /** Who talks to whom; the sections say the same in words, for where no image can be shown. */
  picture?: Picture;
  /** All rows for a spreadsheet. */
  csv?: { name: string; text: string };
  /** Ids of people and user groups in Slack who are called by this message; on a terminal they are not shown. */
  mentions?: readonly string[];
  /** Code of the failure that this view tells of; absent = it is an answer. */
  failure?: string;
}

export type Section =
  | { kind: "lines"; title?: string; lines: Line[] }
  | { kind: "facts"; title?: string; facts: { label: string; value: string; light?: Light }[] }
  | { kind: "table"; title?: string; columns: Column[]; rows: string[][] }
  /** Terminal output, kept letter for letter. */
  | { kind: "code"; title?: string; text: string };

export interface Line {
  light?: Light;
  text: string;
  /** Indented below the line. */
  detail?: string[];
}

export interface Column {
  title: string;
  align?: "left" | "right";
}

/** A button: pressing it is typing `line`, by whoever presses. */
export interface Action {
  label: string;
  line: string;
  style?: "primary" | "danger";
  /** Asked back before it counts. */
  confirm?: { title: string; text: string; yes: string };
}

/** A view with nothing but a verdict, to be filled. */
export function view(light: Light, text: string, detail?: string): View {
  const verdict: View["verdict"] = { light, text };
  if (detail !== undefined) verdict.detail = detail;
  return { verdict, sections: [], footer: [], actions: [] };
}

const order: readonly Light[] = ["bad", "warn", "unknown", "info", "ok"];

/** The light that matters most of several. */
export function worst(lights: readonly Light[]): Light {
  return order.find((light) => lights.includes(light)) ?? "ok";
}
