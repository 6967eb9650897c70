import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { type Acts, createActs } from "./acts.js";
import { argumentsOf, fileOf, readBody } from "./body.js";
import type { FaultPanel } from "./fault-panel.js";
import { createFiles } from "./files.js";
import { createModals, type Modals } from "./modals.js";
import { type Page, servePage } from "./page-files.js";
import { type LabHost, type People, peopleApi } from "./people.js";
import { createSockets, type Sockets } from "./socket.js";
import { createState, type State } from "./state.js";
import { createTriggers } from "./triggers.js";
import { callMethod } from "./web-api.js";
import { defaultWorkspace, type Workspace } from "./workspace.js";

export interface SlackOptions {
  port: number;
  workspace?: Workspace;
  faults?: FaultPanel;
  /** Lines that the composer completes. */
  commands?: readonly { line: string; help: string }[];
  /** Hosts behind the bot, to be named on the page. */
  hosts?: readonly LabHost[];
  /** Folder of the built page; null = no page. */
  page?: string | null;
}

/** A running stand-in for Slack: its Web API and Socket Mode for the bot, a page and an API for people. */
export interface SlackLab {
  url: string;
  state: State;
  acts: Acts;
  sockets: Sockets;
  modals: Modals;
  /** The next `times` calls of a method are answered with 429. */
  limit(method: string, times: number): void;
  /** From now on each call takes so many ms, as over a real network: it takes effect after half of them. */
  lag(ms: number): void;
  stop(): Promise<void>;
}

interface Desk {
  state: State;
  sockets: Sockets;
  acts: Acts;
  modals: Modals;
  files: ReturnType<typeof createFiles>;
  limited: Map<string, number>;
  lag: number;
  people: People;
  page: Page | null;
  base(): string;
}

/** Starts on loopback; port 0 takes a free one. */
export async function startSlack(options: SlackOptions): Promise<SlackLab> {
  const state = createState(options.workspace ?? defaultWorkspace());
  const server = createServer((request, response) => void answer(desk, request, response));
  const sockets = createSockets(server, () => state.changed.emit("presence"));
  let base = "";
  const triggers = createTriggers();
  const files = createFiles();
  const acts = createActs({ state, sockets, triggers, files, base: () => base });
  const modals = createModals({ state, sockets, triggers });
  const limited = new Map<string, number>();
  const limit = (method: string, times: number): void => void limited.set(method, times);
  const { faults = null, commands = [], hosts = [] } = options;
  const people = peopleApi({ state, acts, modals, sockets, limit, faults, commands, hosts });
  const desk: Desk = {
    state,
    sockets,
    acts,
    modals,
    limited,
    lag: 0,
    people,
    files,
    page: options.page ? servePage(options.page) : null,
    base: () => base,
  };
  base = `http://127.0.0.1:${await listen(server, options.port)}`;
  const stop = async (): Promise<void> => {
    sockets.close();
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  const lag = (ms: number): void => void (desk.lag = ms);
  return { url: base, state, acts, sockets, modals, limit, lag, stop };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : port);
    });
  });
}

async function answer(desk: Desk, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", "http://lab");
  try {
    if (pathname.startsWith("/api/")) await webApi(desk, pathname.slice(5), { request, response });
    else if (pathname.startsWith("/respond/")) await respond(desk, pathname.slice(9), { request, response });
    else if (pathname.startsWith("/upload/")) await upload(desk, pathname.slice(8), { request, response });
    else if (pathname.startsWith("/files/")) download(desk, pathname.slice(7), response);
    else if (pathname.startsWith("/files-pri/")) privately(desk, pathname.slice(11), { request, response });
    else if (pathname === "/signin")
      response.writeHead(200, html).end("<!doctype html><title>Sign in</title><p>Sign in to your workspace.");
    else if (pathname.startsWith("/lab/")) await desk.people(pathname.slice(5), request, response);
    else if (desk.page) desk.page(pathname, response);
    else response.writeHead(404).end();
  } catch (error) {
    if (!response.headersSent) response.writeHead(400, { "content-type": "text/plain; charset=utf-8" });
    response.end(error instanceof Error ? error.message : "failed");
  }
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
}

async function webApi(desk: Desk, method: string, { request, response }: Exchange): Promise<void> {
  const args = argumentsOf(await readBody(request), request.headers["content-type"] ?? "");
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? (typeof args["token"] === "string" ? args["token"] : "");
  const left = desk.limited.get(method) ?? 0;
  if (left > 0) {
    desk.limited.set(method, left - 1);
    response.writeHead(429, { "retry-after": "1", "content-type": "application/json" }).end('{"ok":false,"error":"ratelimited"}');
    return;
  }
  await sleep(desk.lag / 2);
  const answered = JSON.stringify(called(desk, method, { args, token }));
  await sleep(desk.lag / 2);
  response.writeHead(200, { "content-type": "application/json; charset=utf-8" }).end(answered);
}

function called(desk: Desk, method: string, { args, token }: { args: Record<string, unknown>; token: string }): object {
  const { appToken, botToken } = desk.state.workspace;
  if (method === "apps.connections.open") {
    if (token !== appToken) return { ok: false, error: token === botToken ? "not_allowed_token_type" : "invalid_auth" };
    return { ok: true, url: desk.sockets.ticket(desk.base()) };
  }
  if (token === botToken && method === "files.getUploadURLExternal") return desk.files.begin(args, desk.base());
  if (token === botToken && method === "files.completeUploadExternal") return desk.files.complete(desk.state, args);
  if (token === botToken && method === "files.info") return desk.files.info(desk.state, args, desk.base());
  return (token === botToken ? desk.modals.call(method, args) : null) ?? callMethod(desk.state, method, args, token);
}

const html = { "content-type": "text/html; charset=utf-8" };

/** A file for an app: whoever comes without the bot's token is led to the page where people sign in, as with Slack. */
function privately(desk: Desk, path: string, { request, response }: Exchange): void {
  const [, id = ""] = /^[^/-]+-([^/]+)\//.exec(path) ?? [];
  if (request.headers.authorization !== `Bearer ${desk.state.workspace.botToken}`)
    return void response.writeHead(302, { location: "/signin" }).end();
  download(desk, id, response);
}

function download(desk: Desk, id: string, response: ServerResponse): void {
  const file = desk.files.get(id);
  if (file === null) return void response.writeHead(404).end();
  response.writeHead(200, {
    "content-type": file.image ? "image/png" : "text/plain; charset=utf-8",
    "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    "x-content-type-options": "nosniff",
  });
  response.end(file.bytes);
}

async function respond(desk: Desk, id: string, { request, response }: Exchange): Promise<void> {
  const body = JSON.parse((await readBody(request)).toString("utf8")) as Record<string, unknown>;
  const { status, text } = desk.acts.respond(id, body);
  response.writeHead(status, { "content-type": "text/plain" }).end(text);
}

async function upload(desk: Desk, id: string, { request, response }: Exchange): Promise<void> {
  const body = await readBody(request);
  const ok = desk.files.put(id, fileOf(body, request.headers["content-type"] ?? ""));
  response.writeHead(ok ? 200 : 404).end(ok ? "OK" : "");
}
