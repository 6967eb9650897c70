import { isIP } from "node:net";
import type { BirdRoute, BirdRoutes, Destination } from "../../src/cluster/bird.js";
import { fail } from "../../src/contract/failure.js";
import type { Section } from "../ssh/marked.js";
import { silence } from "./daemon.js";
import { readRoutes } from "./routes.js";
import type { Questions } from "./script.js";

const bits = { 4: 32, 6: 128 } as const;

/** The destination as birdc's words; anything that is no IP ends here. */
function wordOf({ family, address, length }: Destination): string {
  if (isIP(address) !== family || !Number.isInteger(length) || length < 0 || length > bits[family])
    throw fail("usage", `\`${address.slice(0, 50)}/${length}\` is not an IPv${family} prefix`);
  return length === bits[family] ? address : `${address}/${length}`;
}

/** What to ask for a destination. An IPv6 one goes to bird6, or to the BIRD 2 that serves both families. */
export function lookupQuestions(destination: Destination): Questions[] {
  const word = wordOf(destination);
  const ask = [`show route for ${word} all`];
  if (word.includes("/")) ask.push(`show route where net ~ ${word} count`);
  const own = { family: destination.family, ask, always: destination.family === 4 };
  return destination.family === 4 ? [own] : [own, { family: 4, ask, always: true }];
}

/** The answers to lookupQuestions(): routes, or which daemon kept silent and how. */
export function readLookup(found: readonly Section[], { family }: Destination): BirdRoutes {
  const own = found.filter((section) => section.title.startsWith(`${family} `));
  const asked = own.length > 0 ? own : found.filter((section) => section.title.startsWith("4 "));
  const shown = asked.find((section) => section.title.includes("show route for"));
  const routes = shown && shown.exit < 124 ? readRoutes(shown.text) : null;
  if (routes === null) {
    // A BIRD 1 serves one family; whatever it said to an address of the other, the one for IPv6 does not run.
    const lost = own.length === 0 && family === 6 && /^BIRD v?1\./m.test(shown?.text ?? "");
    const silent = lost ? ({ family, how: "stopped", text: "no control socket of bird6" } as const) : silence(family, shown);
    return { routes: [], inside: null, silent };
  }
  const counted = /^(?:Total: )?(\d+) of \d+ routes/m.exec(asked.find((section) => section.title.endsWith(" count"))?.text ?? "");
  return { routes, inside: counted ? Number(counted[1]) : null, silent: null };
}

/** Everything that is selected, of each BIRD. */
export const tableQuestions: readonly Questions[] = [
  { family: 4, ask: ["show route primary"], always: true },
  { family: 6, ask: ["show route primary"], always: false },
];

/** The answers to it; the first daemon that cannot be read fails it. */
export function readTable(found: readonly Section[], host: string): BirdRoute[] {
  return found
    .filter((section) => section.title.endsWith("show route primary"))
    .flatMap((section) => {
      const routes = section.exit < 124 ? readRoutes(section.text) : null;
      if (routes === null) {
        const { how, text } = silence(section.title.startsWith("6") ? 6 : 4, section);
        throw fail("tool_failed", `BIRD on ${host} did not show its routes (${how}): ${text}`);
      }
      return routes;
    });
}
