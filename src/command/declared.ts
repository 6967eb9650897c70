import type { z } from "zod";
import type { TakesDocument } from "./document.js";

/** Arguments: a zod object. `.meta({ positional: 0 })` makes a word, everything else is a `--flag`; `.meta({ placeholder, target, short, rest })`. */
export type ArgsSchema = z.ZodObject;

/** What every command says about itself; help, usage hints and documents are made from it. */
export interface Declared<A extends ArgsSchema = ArgsSchema> {
  /** One line, lower case, no full stop. */
  summary: string;
  /** Longer help, a sentence a line. */
  details?: readonly string[];
  /** Lines a person would type; each is parsed by a test. */
  examples: readonly string[];
  args: A;
  risk: "read" | "change";
  /** Smallest role that may run it. */
  role: "viewer" | "operator" | "approver";
  /** What is written below the line belongs to it; without this a line break is a blank. */
  document?: TakesDocument;
  /** The answer is for the asker alone; everybody sees what came of it on the card that it is about. */
  quiet?: boolean;
  /** Answered also to people without a role, wherever the bot answers at all (help, whoami). */
  open?: boolean;
}
