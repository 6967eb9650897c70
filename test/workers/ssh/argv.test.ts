import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import { quoteWord, words } from "../../../src/command/words.js";
import { createLog } from "../../../src/log/log.js";
import { createSshPool, type SshPool } from "../../../workers/ssh/pool.js";
import { quote } from "../../../workers/ssh/quote.js";
import { type Sshd, startSshd } from "../../support/sshd.js";

let sshd: Sshd;
let pool: SshPool;
beforeAll(async () => {
  sshd = await startSshd();
  pool = createSshPool(sshd.config, createLog({ level: "error" }));
});
afterAll(() => {
  pool.close();
  sshd.stop();
});

/** What a program on the host sees as its arguments, byte for byte. */
async function seen(argv: readonly string[]): Promise<string[]> {
  const options = { timeoutMs: 5000, maxBytes: 200_000, signal: new AbortController().signal };
  const { stdout } = await pool.exec(
    sshd.host,
    ["sh", "-c", 'for a; do printf %s "$a" | od -An -v -tx1 | tr -d " \\n"; echo; done', "sh", ...argv],
    options,
  );
  return stdout
    .split("\n")
    .slice(0, -1)
    .map((hex) => Buffer.from(hex, "hex").toString("utf8"));
}

const hostile = [
  "$(touch /tmp/x)",
  "`id`",
  "; rm -rf /",
  "a'b\"c",
  "'\\''",
  "$HOME",
  "~",
  "*",
  "{a,b}",
  "!!",
  "--",
  "-n",
  "\n",
  "a\r\nb",
  "\\",
  "&&",
  "|",
  "",
  " ",
  "=ls",
  "\u001b[2J",
  "ünï 🦊",
];
const argument = fc.oneof(
  fc.constantFrom(...hostile),
  fc.string({ unit: "binary", maxLength: 40 }).map((text) => text.replaceAll("\0", "")),
);

test("a program on a host sees exactly the arguments that were meant", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(argument, { minLength: 1, maxLength: 8 }), async (argv) => {
      expect(await seen(argv)).toEqual(argv);
    }),
    { numRuns: 40 },
  );
}, 60_000);

test("from the line that somebody types to the host, too", async () => {
  const typed = words("get “my policy” '$(id)' \"; reboot\" <http://10.0.0.1|10.0.0.1> —name=`x` &lt;c&gt;");

  expect(typed).toEqual(["get", "my policy", "$(id)", "; reboot", "10.0.0.1", "--name=`x`", "<c>"]);
  expect(await seen(typed)).toEqual(typed);
  expect(words(typed.map(quoteWord).join(" "))).toEqual(typed);
});

test("what no argument can hold is refused, not changed", () => {
  expect(() => quote(["a\0b"])).toThrow("NUL");
  expect(() => quote(["half a fox: \ud83e"])).toThrow("half a character");
});
