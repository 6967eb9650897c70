import type { IncomingMessage, ServerResponse } from "node:http";
import type { Acts, Attachment } from "./acts.js";
import { readBody } from "./body.js";
import type { FaultPanel } from "./fault-panel.js";
import type { Modals } from "./modals.js";
import type { Sockets } from "./socket.js";
import type { Message, State } from "./state.js";

/** What the page and the terminal driver may ask: the workspace as one person sees it, and what a person does. */
export type People = (path: string, request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface PeopleDeps {
  state: State;
  acts: Acts;
  sockets: Sockets;
  modals: Modals;
  /** The next so many calls of a method are answered with 429. */
  limit(method: string, times: number): void;
  faults: FaultPanel | null;
  commands: readonly { line: string; help: string }[];
  hosts: readonly LabHost[];
}

/** A host behind the bot, as the page names it. */
export interface LabHost {
  name: string;
  role: string;
  address: string;
}

type Body = Record<string, unknown>;

export function peopleApi(deps: PeopleDeps): People {
  const does: Readonly<Record<string, (body: Body) => Promise<object>>> = {
    type: async (body) => {
      const [as, channel, thread, file] = [word(body, "as"), word(body, "channel"), optional(body, "thread"), attachment(body)];
      const text = word(body, "text");
      return { ts: await (file ? deps.acts.share(as, channel, { text, thread, file }) : deps.acts.type(as, channel, text, thread)) };
    },
    click: async (body) => ({ confirmed: await deps.acts.click(word(body, "as"), word(body, "ts"), word(body, "action")) }),
    submit: (body) => deps.modals.submit(word(body, "as"), texts(body["values"])),
    close: async (body) => {
      await deps.modals.close(word(body, "as"));
      return {};
    },
    delete: async (body) => {
      const { id = "" } = deps.state.channel(word(body, "channel")) ?? {};
      if (!deps.state.remove(id, word(body, "ts"))) throw new Error("there is no such message");
      return {};
    },
    limit: async (body) => {
      deps.limit(word(body, "method"), Number(body["times"] ?? 1));
      return {};
    },
    disconnect: async () => {
      deps.sockets.refresh();
      return {};
    },
    fault: async (body) => {
      if (!deps.faults) throw new Error("there is no site to break here");
      await (body["heal"] === true ? deps.faults.heal(word(body, "name")) : deps.faults.inject(word(body, "name")));
      deps.state.changed.emit("faults");
      return {};
    },
  };
  return async (path, request, response) => {
    if (request.method === "GET" && path === "events") return events(deps.state, request, response);
    if (request.method === "GET") return json(response, await see(deps, path, new URL(request.url ?? "/", "http://lab").searchParams));
    const act = Object.hasOwn(does, path) ? does[path] : undefined;
    if (request.method !== "POST" || !act) return json(response, { error: "not found" }, 404);
    if (!sameOrigin(request)) return json(response, { error: "another page may not do that" }, 403);
    try {
      json(response, await act(JSON.parse((await readBody(request)).toString("utf8")) as Body));
    } catch (error) {
      json(response, { error: error instanceof Error ? error.message : "failed" }, 400);
    }
  };
}

function json(response: ServerResponse, value: object, status = 200): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" }).end(JSON.stringify(value));
}

/** A page of another site must not press buttons here; programs send no Origin. */
function sameOrigin({ headers }: IncomingMessage): boolean {
  return headers.origin === undefined || headers.origin === `http://${headers.host}`;
}

function word(body: Body, name: string): string {
  const value = body[name];
  if (typeof value !== "string" || value === "") throw new Error(`${name} is missing`);
  return value;
}

/** A file that comes with a message, its bytes in base64. */
function attachment({ file }: Body): Attachment | null {
  if (typeof file !== "object" || file === null) return null;
  return { name: word(file as Body, "name"), bytes: Buffer.from(word(file as Body, "base64"), "base64") };
}

/** Fields of a form: whatever is no text is left out. */
function texts(value: unknown): Record<string, string> {
  const entries = Object.entries(typeof value === "object" && value !== null ? value : {});
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

const optional = (body: Body, name: string): string | undefined =>
  typeof body[name] === "string" && body[name] !== "" ? body[name] : undefined;

async function see({ state, sockets, modals, faults, commands, hosts }: PeopleDeps, path: string, query: URLSearchParams): Promise<object> {
  const { team, people, channels, groups, bot } = state.workspace;
  if (path === "workspace")
    return { team, people, channels, groups: groups ?? [], bot: bot.user, commands, hasFaults: faults !== null, hosts };
  if (path === "faults") return { faults: faults ? await faults.list() : [] };
  if (path === "health") return { sockets: sockets.count() };
  const person = state.person(query.get("as") ?? "");
  if (path === "views") return { views: modals.of(person?.id ?? "") };
  if (path === "notifications") return { notifications: state.called(person?.id ?? "") };
  if (path !== "messages") return { error: "not found" };
  const channel = state.channel(query.get("channel") ?? "");
  if (!person || !channel?.members.includes(person.id)) return { messages: [] };
  return { messages: state.messages.filter((message) => message.channel === channel.id && seenBy(message, person.id)) };
}

const seenBy = (message: Message, person: string): boolean => message.onlyFor === undefined || message.onlyFor === person;

/** Tells the page that something changed; it then reads what it shows. */
function events(state: State, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  response.write(": hello\n\n");
  const message = (changed: Message): void =>
    void response.write(`event: message\ndata: ${JSON.stringify({ channel: changed.channel, ts: changed.ts })}\n\n`);
  const fault = (): void => void response.write("event: faults\ndata: {}\n\n");
  const presence = (): void => void response.write("event: presence\ndata: {}\n\n");
  const views = (): void => void response.write("event: views\ndata: {}\n\n");
  const beat = setInterval(() => response.write(": beat\n\n"), 15_000);
  state.changed.on("change", message).on("faults", fault).on("presence", presence).on("views", views);
  request.on("close", () => {
    clearInterval(beat);
    state.changed.off("change", message).off("faults", fault).off("presence", presence).off("views", views);
  });
}
