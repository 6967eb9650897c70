import type { BirdcConfig } from "../../src/config/valid.js";
import { bounded } from "../ssh/bounded.js";
import { quote } from "../ssh/quote.js";

/** What is asked of one family's BIRD. */
export interface Questions {
  family: 4 | 6;
  /** Asked in this order; each is words of birdc, quoted as such. */
  ask: readonly string[];
  /** Ask although no socket is there, to hear why. */
  always: boolean;
}

export interface Asking {
  config: BirdcConfig;
  questions: readonly Questions[];
  /** `sudo -n`, say. */
  prefix: readonly string[];
  /** Unforgeable line start that separates the answers. */
  mark: string;
  /** Deadline of one birdc call in seconds. */
  seconds: number;
}

/**
 * One shell script that asks the BIRDs all questions in one exec. Of what people type only a parsed IP is ever in it.
 * After a call that hangs the rest of that family is left out, so that a hung BIRD costs one deadline.
 */
export function script({ config, questions, prefix, mark, seconds }: Asking): string {
  const call = (path: string): string => quote([...prefix, ...bounded(seconds, [path, "-r", "-s"])]);
  return [
    `M=${quote([mark])}`,
    `echo "$M date"; date '+%s.%N %z'; echo "$M end 0"`,
    `first() { for s in "$@"; do [ -e "$s" ] && { echo "$s"; return; }; done; }`,
    ...questions.flatMap((each) =>
      each.family === 4
        ? family({ ...each, call: call(config.path), sockets: config.sockets })
        : family({ ...each, call: call(config.path6), sockets: config.sockets6 }),
    ),
  ].join("\n");
}

interface Family extends Questions {
  call: string;
  sockets: readonly string[];
}

function family({ family: name, ask, call, sockets, always }: Family): string[] {
  const fallback = always ? `[ -n "$S" ] || S=${quote(sockets.slice(0, 1))}` : ":";
  const asks = ask.map(
    (question) =>
      `echo "$M "${quote([`${name} ${question}`])}; ${call} "$S" ${quote(question.split(" "))} 2>&1; R=$?; echo "$M end $R"; [ $R -lt 124 ] || break`,
  );
  return [`S=$(first ${quote(sockets)}); ${fallback}`, `while [ -n "$S" ]; do`, ...asks, "break; done"];
}
