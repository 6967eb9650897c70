import type { Evidence } from "../../src/contract/outcome.js";
import { redact } from "../../src/log/redact.js";

/** Limits of what goes back with an answer: entries, characters of one output, characters in all. */
const limits = { entries: 1000, one: 64 * 1024, all: 512 * 1024 };

export interface Collector {
  note: (evidence: Evidence) => void;
  collected: () => Evidence[];
}

/** Collects what ran for a job: redacted and cut, whatever the tools put out. */
export function collector(): Collector {
  const kept: Evidence[] = [];
  let left = limits.all;
  return {
    note(evidence) {
      if (kept.length >= limits.entries) return;
      const { output, ...rest } = evidence;
      const entry: Evidence = { ...rest, what: redact(rest.what).slice(0, 500) };
      if (output !== undefined && output !== "" && left > 0) {
        const text = cut(redact(output.slice(0, limits.one + 4096)), Math.min(limits.one, left));
        left -= text.length;
        entry.output = text;
      }
      kept.push(entry);
    },
    collected: () => [...kept],
  };
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, Math.max(0, most))}\n(cut)`;
}
