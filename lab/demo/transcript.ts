import { heal, inject } from "../faults/switch.js";
import type { Site } from "../hosts/site.js";
import type { Stage } from "./stage.js";

/** What a newcomer would type on a terminal, in this order; a README is made of it, and held to it. */
export const lines: readonly string[] = [
  "calico-chatops run status",
  "npm run lab -- fault peer-disabled",
  "calico-chatops run status",
  "calico-chatops run 'bgp compute1'",
  "npm run lab -- heal peer-disabled",
  "calico-chatops run stauts",
];

/** Types one of the lines on the site and gives what it printed. */
export async function typed(line: string, { site, stage }: { site: Site; stage: Stage }): Promise<string> {
  const [, word, name = ""] = /^npm run lab -- (fault|heal) (\S+)$/.exec(line) ?? [];
  if (word === "fault") return `injected: ${(await inject(site, name)).title}\n`;
  if (word === "heal") return `healed: ${(await heal(site, name)).title}\n`;
  const asked = /^calico-chatops run '?([^']+)'?$/.exec(line)?.[1];
  if (asked === undefined) throw new Error(`this line is of no kind that is known here: ${line}`);
  const { stdout, stderr } = await stage.print(asked);
  return stdout === "" ? stderr : stdout;
}

/** The lines and what they print, as it stands in the README. */
export async function transcript(on: { site: Site; stage: Stage }): Promise<string> {
  const parts: string[] = [];
  for (const line of lines) parts.push(`$ ${line}\n${await typed(line, on)}`);
  return parts.join("\n").trimEnd();
}

/** A transcript taken apart: each line typed, and the first line of what it printed. */
export function firstLines(text: string): { line: string; first: string }[] {
  return [...text.matchAll(/^\$ (.+)\n(.*)$/gm)].map(([, line = "", first = ""]) => ({ line, first }));
}

const marks = { begin: "<!-- transcript: npm run transcript -->\n```\n", end: "\n```\n<!-- end of transcript -->" };

/** The transcript that a page holds; throws when it holds none. */
export function transcriptIn(page: string): string {
  const [begin, end] = [page.indexOf(marks.begin), page.indexOf(marks.end)];
  if (begin < 0 || end < begin) throw new Error("the page holds no transcript between its marks");
  return page.slice(begin + marks.begin.length, end);
}

/** The page with another transcript. */
export const withTranscript = (page: string, text: string): string => page.replace(transcriptIn(page), () => text);
