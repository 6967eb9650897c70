import type { BirdcConfig } from "../../src/config/valid.js";
import { quote } from "../ssh/quote.js";

/** The questions of one family, in the order they are asked. */
export const questions = ["show protocols all", "show status", "show route count"] as const;

export interface Asking {
  config: BirdcConfig;
  /** `sudo -n`, say. */
  prefix: readonly string[];
  /** Unforgeable line start that separates the answers. */
  mark: string;
  /** Deadline of one birdc call in seconds. */
  seconds: number;
}

/**
 * One shell script that asks both BIRDs all questions in one exec. It is sent as it is; nothing in it comes from people.
 * `--foreground` keeps birdc in the process group of the exec, which is killed when nobody waits any more.
 * After a call that hangs the rest of that family is left out, so that a hung BIRD costs one deadline.
 */
export function script({ config, prefix, mark, seconds }: Asking): string {
  const call = (path: string): string => quote([...prefix, "timeout", "--foreground", "-k", "1", String(seconds), path, "-r", "-s"]);
  return [
    `M=${quote([mark])}`,
    `echo "$M date"; date '+%s.%N %z'; echo "$M end 0"`,
    `first() { for s in "$@"; do [ -e "$s" ] && { echo "$s"; return; }; done; }`,
    ...family({ name: "4", call: call(config.path), sockets: config.sockets, always: true }),
    ...family({ name: "6", call: call(config.path6), sockets: config.sockets6, always: false }),
  ].join("\n");
}

interface Family {
  name: "4" | "6";
  call: string;
  sockets: readonly string[];
  /** Ask although no socket is there, to hear why. */
  always: boolean;
}

function family({ name, call, sockets, always }: Family): string[] {
  const fallback = always ? `[ -n "$S" ] || S=${quote(sockets.slice(0, 1))}` : ":";
  const asks = questions.map(
    (question) => `echo "$M ${name} ${question}"; ${call} "$S" ${question} 2>&1; R=$?; echo "$M end $R"; [ $R -lt 124 ] || break`,
  );
  return [`S=$(first ${quote(sockets)}); ${fallback}`, `while [ -n "$S" ]; do`, ...asks, "break; done"];
}

export interface Section {
  /** `date`, or family and question: `4 show status`. */
  title: string;
  text: string;
  exit: number;
}

/** The script's output cut at its marks. */
export function sections(output: string, mark: string): Section[] {
  const found: Section[] = [];
  let open: { title: string; lines: string[] } | null = null;
  for (const line of output.split("\n")) {
    const rest = line.startsWith(`${mark} `) ? line.slice(mark.length + 1) : null;
    if (rest === null) open?.lines.push(line);
    else if (rest.startsWith("end ")) {
      if (open) found.push({ title: open.title, text: open.lines.join("\n"), exit: Number(rest.slice(4)) });
      open = null;
    } else open = { title: rest, lines: [] };
  }
  return found;
}
