import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { resolve } from "node:path";
import { userGroupsOf } from "./access/user-groups.js";
import { byUse } from "./command/help.js";
import { loadCommands } from "./command/load.js";
import { usageOf } from "./command/params.js";
import { quoteWord } from "./command/words.js";
import { aclLines, writeKeys } from "./config/keys.js";
import { loadConfig } from "./config/load.js";
import { ConfigError } from "./config/problem.js";
import { redactedConfig } from "./config/redacted.js";
import { FailureCode, fail, failures, toFailure } from "./contract/failure.js";
import type { View } from "./contract/view.js";
import type { Deliver, Mark, Request } from "./dispatch/ports.js";
import { createLog } from "./log/log.js";
import { openOffice } from "./office.js";
import { manifestYaml } from "./slack/manifest.js";
import { renderText } from "./text/render.js";

interface Printing {
  json: boolean;
}

interface Asking extends Printing {
  /** File with what belongs below the line; `-` = standard input. */
  file?: string;
}

/** `calico-chatops run`: the same parser, rights, queue, worker and answers as Slack; prints the answer. Resolves to the exit code. */
export async function runLine(file: string, words: readonly string[], { file: below, ...printing }: Asking): Promise<number> {
  const document = below === undefined ? "" : `\n${escaped(await textIn(below))}`;
  const config = await loadConfig({ file, role: "terminal" });
  const log = createLog({ level: "error" });
  const office = await openOffice(config, log);
  let answer: (view: View) => void = () => {};
  const answered = new Promise<View>((resolve) => {
    answer = resolve;
  });
  const dispatch = office.open(printerInto(answer), `outcomes-term-${randomBytes(6).toString("hex")}`);
  const cancel = (): void => void dispatch.cancel(request.id, request.actor, request.place).catch(() => undefined);
  const request: Request = {
    id: `term-${randomBytes(12).toString("hex")}`,
    actor: { kind: "local", user: userInfo().username },
    via: "terminal",
    text: `${words.length === 1 ? (words[0] ?? "") : words.map(quoteWord).join(" ")}${document}`,
    place: { kind: "terminal" },
  };
  process.once("SIGINT", cancel);
  try {
    await dispatch.start();
    await dispatch.announce(await dispatch.submit(request));
    const view = await inTime(answered);
    print(view, printing);
    return exitCode(view);
  } finally {
    await dispatch.stop();
    await office.close();
  }
}

/** As Slack delivers a text, for what it escapes is read back below a line. */
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

async function textIn(file: string): Promise<string> {
  try {
    return await readFile(file === "-" ? "/dev/stdin" : file, "utf8");
  } catch (error) {
    throw fail("usage", `${file} cannot be read`, { hint: "give an existing file, or - for standard input", cause: error });
  }
}

/** Longer than any job of today is waited for; only a Redis that went away meanwhile lets this pass. Ms. */
const patience = 60_000;

async function inTime(answered: Promise<View>): Promise<View> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const hint = "redis may have gone away meanwhile; ask again";
    timer = setTimeout(() => reject(fail("timeout", `no answer came in ${patience / 1000} s`, { hint })), patience);
  });
  try {
    return await Promise.race([answered, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Red and unknown are 1; a line that was refused for what its writer can mend is 2. */
function exitCode({ verdict, failure }: View): number {
  const code = FailureCode.safeParse(failure);
  if (code.success && failures[code.data].for === "asker") return 2;
  return verdict.light === "bad" || verdict.light === "unknown" ? 1 : 0;
}

/** Progress goes to standard error while somebody looks; the answer ends the wait. */
function printerInto(answer: (view: View) => void): Deliver {
  const show = (view: View, mark: Mark): void => {
    if (mark.state === "answered") answer(view);
    else if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${view.verdict.text}`);
  };
  const posted = { channel: "terminal", ts: "1" };
  return {
    post: (_place, view, mark) => Promise.resolve(show(view, mark)).then(() => posted),
    update: (_place, _posted, view, mark) => Promise.resolve(show(view, mark)),
    find: () => Promise.resolve(null),
  };
}

function print(view: View, { json }: Printing): void {
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  const width = process.stdout.columns ?? 120;
  process.stdout.write(json ? `${JSON.stringify(view)}\n` : renderText(view, { color: process.stdout.isTTY, width }));
}

/** `calico-chatops commands`: what the bot understands, without a configuration. */
export async function listCommands(json: boolean): Promise<void> {
  const commands = await loadCommands(resolve(import.meta.dirname, "../commands"));
  const list = byUse([...commands.keys()]).flatMap((name) => {
    const command = commands.get(name);
    return command ? [{ name, usage: usageOf(name, command.args), summary: command.summary }] : [];
  });
  process.stdout.write(json ? `${JSON.stringify(list)}\n` : list.map(({ usage, summary }) => `${usage}: ${summary}\n`).join(""));
}

/** `calico-chatops check-config`. */
export async function checkConfig(file: string): Promise<number> {
  try {
    const config = await loadConfig({ file, role: "check" });
    process.stdout.write(`${JSON.stringify(redactedConfig(config), null, 2)}\nthe configuration is valid\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n${error.problems.length} problem${error.problems.length === 1 ? "" : "s"}\n`);
    return 1;
  }
}

/** `calico-chatops keys make`. */
export async function makeKeys(folder: string, name: string): Promise<number> {
  try {
    const made = await writeKeys(folder, name);
    process.stdout.write(`private key ${made.privateFile}\npublic key  ${made.publicFile}\nfingerprint ${made.fingerprint}\n`);
    return 0;
  } catch (error) {
    const failure = toFailure(error);
    process.stderr.write(`${failure.message} (${failure.hint ?? failures[failure.code].hint})\n`);
    return 1;
  }
}

/** `calico-chatops keys acl`. */
export async function printAcl(file: string): Promise<number> {
  const config = await loadConfig({ file, role: "names" });
  process.stdout.write(
    `${aclLines(
      config.redis.prefix,
      config.clusters.map(({ name }) => name),
    ).join("\n")}\n`,
  );
  return 0;
}

/** `calico-chatops manifest`: made from the declarations and the configured slash command; no secret is needed for it. */
export async function printManifest(file: string): Promise<void> {
  const config = await loadConfig({ file, role: "names" });
  const commands = await loadCommands(resolve(import.meta.dirname, "../commands"));
  const usages = byUse([...commands.keys()]).flatMap((name) => {
    const command = commands.get(name);
    return command ? [usageOf(name, command.args)] : [];
  });
  const userGroups = userGroupsOf(config.access).length > 0;
  process.stdout.write(manifestYaml({ command: config.bot?.slack?.command ?? "/calico", usages, userGroups }));
}
