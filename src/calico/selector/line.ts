import { z } from "zod";
import { matches } from "./evaluate.js";
import { parseSelector } from "./parse.js";
import { printSelector } from "./print.js";

const Question = z.object({ selector: z.string(), labels: z.array(z.record(z.string(), z.string())).optional() });

/** What is said of one selector. */
export interface SelectorLine {
  valid: boolean;
  error?: string;
  /** Of the mistake, in characters from 0. */
  position?: number;
  canonical?: string;
  /** For each of the labels that were given, whether it selects them. */
  matches?: boolean[];
}

/** Answers one line of JSON; null = the line is no question. */
export function selectorLine(line: string): SelectorLine | null {
  const question = read(line);
  if (question === null) return null;
  const parsed = parseSelector(question.selector);
  if (!parsed.ok) return { valid: false, error: parsed.error.message, position: parsed.error.at };
  const { selector } = parsed;
  const found = { valid: true, canonical: printSelector(selector) };
  return question.labels === undefined ? found : { ...found, matches: question.labels.map((labels) => matches(selector, labels)) };
}

function read(line: string): z.infer<typeof Question> | null {
  try {
    return Question.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
