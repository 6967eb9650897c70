import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { Command } from "commander";
import type { Notice } from "./mentions.js";
import type { Question } from "./press.js";
import type { Message } from "./state.js";
import type { Workspace } from "./workspace.js";

/** `npm run slack -- …`: the workspace from the terminal. */
const base = process.env["SLACK_LAB_URL"] ?? "http://127.0.0.1:3900";
const program = new Command("npm run slack --").description("type and click in the demo's workspace").showSuggestionAfterError();

async function call(path: string, body?: object): Promise<Record<string, unknown>> {
  const init = body ? { method: "POST", body: JSON.stringify(body) } : {};
  const response = await fetch(`${base}/lab/${path}`, { ...init, signal: AbortSignal.timeout(15_000) }).catch(() => {
    throw new Error(`no workspace answers at ${base}: is the demo running? SLACK_LAB_URL names another address`);
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (typeof answer["error"] === "string") throw new Error(answer["error"]);
  return answer;
}

async function messages(as: string, channel: string): Promise<Message[]> {
  return (await call(`messages?as=${encodeURIComponent(as)}&channel=${encodeURIComponent(channel)}`))["messages"] as Message[];
}

/** Waits for the bot's next finished answer after what was there before. */
async function waitFor(as: string, channel: string, before: readonly Message[]): Promise<Message> {
  const { bot } = (await call("workspace")) as { bot: string };
  const known = new Map(before.map((message) => [message.ts, JSON.stringify(message)]));
  for (let i = 0; i < 300; i++) {
    const now = await messages(as, channel);
    const answer = now.find(
      (message) =>
        message.user !== undefined &&
        [bot, "USLACKBOT"].includes(message.user) &&
        known.get(message.ts) !== JSON.stringify(message) &&
        isDone(message),
    );
    if (answer) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("no answer within 30 s");
}

const isDone = (message: Message): boolean =>
  message.onlyFor !== undefined || message.metadata?.event_payload["state"] === "answered" || message.metadata === undefined;

/** All texts of a message in reading order; a table's row is one line, and people and groups are called by their names. */
async function plainText(message: Message): Promise<string> {
  const known = await (names ??= namesOf());
  const text = linesOf(message.blocks ?? [{ text: message.text }]).join("\n");
  return text.replace(/<(?:@|!subteam\^)([A-Z0-9]+)(?:\|[^>]*)?>/g, (_, id: string) => `@${known.get(id) ?? id}`);
}

let names: Promise<Map<string, string>> | null = null;

async function namesOf(): Promise<Map<string, string>> {
  const { people, groups } = (await call("workspace")) as unknown as Pick<Workspace, "people" | "groups">;
  return new Map([...people.map(({ id, name }) => [id, name] as const), ...(groups ?? []).map(({ id, handle }) => [id, handle] as const)]);
}

function linesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(linesOf);
  if (value === null || typeof value !== "object") return [];
  const { type, rows } = value as { type?: unknown; rows?: unknown };
  if (type === "table" && Array.isArray(rows)) return aligned(rows.map((row) => (row as unknown[]).map((cell) => linesOf(cell).join(" "))));
  return Object.entries(value).flatMap(([key, child]) => (key === "text" && typeof child === "string" ? [child] : linesOf(child)));
}

function aligned(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

async function act(as: string, channel: string, how: { wait?: boolean; json?: boolean }, work: () => Promise<unknown>): Promise<void> {
  const before = await messages(as, channel);
  await work();
  if (!how.wait) return;
  const answer = await waitFor(as, channel, before);
  process.stdout.write(`${how.json ? JSON.stringify(answer) : await plainText(answer)}\n`);
}

interface Typing {
  thread?: string;
  attach?: string;
  wait?: boolean;
  json?: boolean;
}

async function fileAt(path: string): Promise<{ name: string; base64: string }> {
  const bytes = await readFile(path).catch(() => {
    throw new Error(`${path} cannot be read`);
  });
  return { name: basename(path), base64: bytes.toString("base64") };
}

program
  .command("as <user> <channel> <text>")
  .description("type something as somebody: `/calico status`, or `@calico status`")
  .option("--thread <ts>", "in the thread of this message")
  .option("--attach <file>", "with this file")
  .option("--wait", "wait for the answer and print it")
  .option("--json", "print the message as JSON")
  .action((user: string, channel: string, text: string, { thread, attach, ...how }: Typing) =>
    act(user, channel, how, async () =>
      call("type", { as: user, channel, text, thread, ...(attach === undefined ? {} : { file: await fileAt(attach) }) }),
    ),
  );

program
  .command("press <ts> <action>")
  .alias("click")
  .description("press a button by its label or action id; what the page would ask first is printed as confirmed")
  .option("--as <user>", "who presses", "alice")
  .option("--channel <channel>", "where the message is", "#net-ops")
  .option("--wait", "wait for the answer and print it")
  .option("--json", "print the message as JSON")
  .action((ts: string, action: string, options: { as: string; channel: string; wait?: boolean; json?: boolean }) =>
    act(options.as, options.channel, options, async () => {
      const { confirmed } = (await call("click", { as: options.as, ts, action })) as { confirmed: Question | null };
      if (confirmed) process.stderr.write(`confirmed: ${confirmed.title} ${confirmed.text} [${confirmed.yes}]\n`);
    }),
  );

program
  .command("submit [fields...]")
  .description('fill in and submit the view that somebody has open: `reason="rack move"`, by block id, action id or label')
  .option("--as <user>", "who submits", "alice")
  .option("--close", "close it instead")
  .action(async (fields: string[], options: { as: string; close?: boolean }) => {
    const values = Object.fromEntries(fields.map((field) => [field.split("=", 1)[0] ?? "", field.slice(field.indexOf("=") + 1)]));
    const { errors } = (await call(options.close ? "close" : "submit", { as: options.as, values })) as { errors?: Record<string, string> };
    for (const [block, error] of Object.entries(errors ?? {})) process.stdout.write(`${block}: ${error}\n`);
    if (Object.keys(errors ?? {}).length > 0) process.exitCode = 1;
  });

program
  .command("limit <method> [times]")
  .description("answer the next calls of a Web API method with 429")
  .action(async (method: string, times: string | undefined) => void (await call("limit", { method, times: Number(times ?? 1) })));

program
  .command("disconnect")
  .description("ask the bot for new connections, as Slack does every few hours")
  .action(async () => void (await call("disconnect", {})));

program
  .command("delete <channel> <ts>")
  .description("take a message away")
  .action(async (channel: string, ts: string) => void (await call("delete", { channel, ts })));

program
  .command("called <user>")
  .description("the messages that have called somebody, by name or by a user group: channel and time each")
  .action(async (user: string) => {
    const { notifications } = (await call(`notifications?as=${encodeURIComponent(user)}`)) as unknown as { notifications: Notice[] };
    for (const { channel, ts } of notifications) process.stdout.write(`${channel} ${ts}\n`);
  });

program
  .command("history <channel>")
  .option("--as <user>", "as seen by", "alice")
  .description("the messages of a channel, a time and a text each")
  .action(async (channel: string, options: { as: string }) => {
    for (const message of await messages(options.as, channel))
      process.stdout.write(`${message.ts} ${message.user}: ${(await plainText(message)).split("\n")[0]}\n`);
  });

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
