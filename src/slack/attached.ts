import { z } from "zod";
import { longestDocument } from "../command/document.js";
import { FailureError, fail } from "../contract/failure.js";
import { cut, oneLine } from "../contract/plain.js";
import { type Client, refusal } from "./client.js";
import { inTime } from "./in-time.js";
import { apiBase, type SlackSettings } from "./settings.js";

/** A file of a message, as events and `files.info` tell of it. Where `file_access` is `check_file_info` there is nothing but the id. */
export const SlackFile = z.object({
  id: z.string(),
  name: z.string().nullish(),
  size: z.number().nullish(),
  url_private_download: z.string().nullish(),
  url_private: z.string().nullish(),
});
export type SlackFile = z.infer<typeof SlackFile>;

/** Reads the text file that is attached to a message, within the time given below. Throws a failure that its sender can be told. */
export type ReadAttached = (files: readonly SlackFile[]) => Promise<string>;

export interface AttachedDeps {
  client: Client;
  settings: Pick<SlackSettings, "apiUrl" | "botToken">;
  fetch?: typeof globalThis.fetch;
  /** Ms; together with storing what was asked it must be less than Slack's 3 s. */
  within?: number;
}

/** Slack sends the bot from one of its addresses to another at most this often. */
const hops = 2;
const otherwise = "or write it below the line, in a code block";
const install = "paste `calico-chatops manifest` into the app's page App Manifest, then reinstall the app";

export function createAttached({ client, settings, fetch = globalThis.fetch, within = 2000 }: AttachedDeps): ReadAttached {
  return async (files) => {
    const [file, ...others] = files;
    if (file === undefined || others.length > 0)
      throw fail("invalid_manifest", `${files.length} files are attached`, { hint: `attach one file with all documents, ${otherwise}` });
    const fetched = async (): Promise<string> => {
      const { name, url } = await placeOf(client, file);
      return textOf(name, await bytesOf({ name, url, settings, fetch, signal: AbortSignal.timeout(within) }));
    };
    const text = await inTime(fetched(), within, null).catch((error: unknown) => {
      if (error instanceof FailureError) throw error;
      if (error instanceof Error && error.name === "TimeoutError") throw late(nameOf(file), within);
      throw fail("unreachable", `${nameOf(file)} could not be fetched from slack`, { hint: `send it again, ${otherwise}`, cause: error });
    });
    if (text === null) throw late(nameOf(file), within);
    return text;
  };
}

const nameOf = ({ name, id }: SlackFile): string => `\`${cut(oneLine(name ?? id), 80).replaceAll("`", "'")}\``;

/** Where a file lies; Slack is asked where the event does not say. */
async function placeOf(client: Client, file: SlackFile): Promise<{ name: string; url: string }> {
  const known = addressOf(file) === null ? await told(client, file) : file;
  const [name, url] = [nameOf(known), addressOf(known)];
  const size = known.size ?? 0;
  if (size > longestDocument) throw tooLarge(name, size);
  if (url === null) throw fail("unreachable", `slack does not say where ${name} lies`, { hint: `send it again, ${otherwise}` });
  return { name, url };
}

const addressOf = (file: SlackFile): string | null => file.url_private_download ?? file.url_private ?? null;

async function told(client: Client, file: SlackFile): Promise<SlackFile> {
  try {
    return SlackFile.parse((await client.files.info({ file: file.id })).file);
  } catch (error) {
    const word = refusal(error);
    if (word === null) throw error;
    if (word === "missing_scope") throw noScope(nameOf(file));
    throw fail("unreachable", `slack does not show ${nameOf(file)} to the bot: ${word}`, { hint: `send it again, ${otherwise}` });
  }
}

interface Fetching {
  name: string;
  url: string;
  settings: AttachedDeps["settings"];
  fetch: typeof globalThis.fetch;
  signal: AbortSignal;
}

/** The bytes of a file. The token goes to Slack's own addresses only, also when one of them leads elsewhere. */
async function bytesOf({ name, url, settings, fetch, signal }: Fetching): Promise<Uint8Array> {
  let place = url;
  for (let hop = 0; hop <= hops; hop++) {
    // Without the right to read files Slack leads to its page for people to sign in.
    if (!holdsFiles(place, settings)) throw hop === 0 ? foreign(name) : noScope(name);
    const headers = { authorization: `Bearer ${settings.botToken.reveal()}` };
    const answer = await fetch(place, { headers, redirect: "manual", signal });
    const next = answer.status >= 300 && answer.status < 400 ? answer.headers.get("location") : null;
    if (next === null) return received(name, answer);
    await answer.body?.cancel();
    place = URL.canParse(next, place) ? new URL(next, place).href : "";
  }
  throw noScope(name);
}

/** Slack keeps files at `files.` before the address of its Web API. */
function holdsFiles(url: string, settings: Pick<SlackSettings, "apiUrl">): boolean {
  if (!URL.canParse(url)) return false;
  const [one, api] = [new URL(url), new URL(apiBase(settings))];
  return one.protocol === api.protocol && one.username === "" && [api.host, `files.${api.host}`].includes(one.host);
}

async function received(name: string, answer: Response): Promise<Uint8Array> {
  if (!answer.ok) throw fail("unreachable", `slack refused ${name} with status ${answer.status}`, { hint: `send it again, ${otherwise}` });
  if (/^text\/html\b/i.test(answer.headers.get("content-type") ?? "")) throw noScope(name);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > longestDocument) throw tooLarge(name, Math.max(size, Number(answer.headers.get("content-length") ?? 0)));
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function textOf(name: string, bytes: Uint8Array): string {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (!text.includes("\0")) return text;
  } catch {
    // Said below: the decoder's own words help nobody.
  }
  throw fail("invalid_manifest", `${name} is no text in UTF-8`, { hint: `attach a YAML or JSON file, ${otherwise}` });
}

const late = (name: string, ms: number): FailureError =>
  fail("timeout", `${name} could not be fetched from slack within ${ms} ms`, { hint: `send it again, ${otherwise}` });
const tooLarge = (name: string, bytes: number): FailureError =>
  fail("too_large", `${name} has ${bytes} bytes; ${longestDocument} are read at most`, { hint: "send fewer objects at a time" });
const noScope = (name: string): FailureError =>
  fail("credentials", `slack does not give ${name} to the bot: its token lacks the scope files:read`, { hint: install });
const foreign = (name: string): FailureError =>
  fail("unreachable", `${name} does not lie with slack`, { hint: `upload it into the message, ${otherwise}` });
