import { type Failure, hintOf } from "../contract/failure.js";
import type { Light } from "../contract/view.js";

/** One line of the doctor: what was looked at, how it is, and, unless it is fine, what mends it. */
export interface Check {
  what: string;
  light: Light;
  text: string;
  fix?: string;
}

export const good = (what: string, text: string): Check => ({ what, light: "ok", text });
export const warn = (what: string, text: string, fix: string): Check => ({ what, light: "warn", text, fix });
export const bad = (what: string, text: string, fix: string): Check => ({ what, light: "bad", text, fix });

/** A failure as a red line: its hint is the fix. */
export const failed = (what: string, failure: Failure): Check => bad(what, failure.message, hintOf(failure));
