import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";

/** One call of the Web API, with JSON arguments parsed. */
export interface Call {
  method: string;
  args: Record<string, unknown>;
}

type Answer = object | { status: number; headers?: Record<string, string>; body?: string };
type Answering = (args: Record<string, unknown>, nth: number) => Answer | Promise<Answer>;

/** As much of Slack as these tests need, on loopback: Web API, response URLs, uploads, one socket. */
export interface SlackServer {
  apiUrl: string;
  responseUrl: string;
  calls: Call[];
  of(method: string): Record<string, unknown>[];
  /** How a method is answered; the default is `ok`. */
  on(method: string, answer: Answering): void;
  /** Sends an envelope over the newest socket and waits for its acknowledgement; null = none within ms. */
  send(envelope: { type: string; payload: unknown }, ms?: number): Promise<{ payload?: unknown } | null>;
  sockets(): number;
  /** Slack asks for a new connection. */
  disconnect(): void;
  close(): Promise<void>;
}

export async function startSlack(): Promise<SlackServer> {
  const calls: Call[] = [];
  const answers = new Map<string, Answering>(Object.entries(defaults()));
  const server = createServer((request, response) => void handle(request, response));
  const sockets = new Set<WebSocket>();
  const wss = new WebSocketServer({ server, path: "/link" });
  wss.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.send(JSON.stringify({ type: "hello" }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const base = `http://127.0.0.1:${port}`;
  answers.set("apps.connections.open", () => ({ ok: true, url: `ws://127.0.0.1:${port}/link` }));
  answers.set("files.getUploadURLExternal", () => ({ ok: true, upload_url: `${base}/upload`, file_id: "F1" }));
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const method = (request.url ?? "").replace(/^\/(api\/)?/, "");
    const args = parsed(Buffer.concat(chunks).toString(), request.headers["content-type"] ?? "");
    const nth = calls.filter((call) => call.method === method).length;
    calls.push({ method, args });
    const answer = (await (answers.get(method) ?? (() => ({ ok: true })))(args, nth)) as {
      status?: number;
      headers?: object;
      body?: string;
    };
    if (answer.status === undefined) return void response.end(JSON.stringify(answer));
    response.writeHead(answer.status, { ...answer.headers });
    response.end(answer.body ?? "");
  }
  let envelopes = 0;
  return {
    apiUrl: `${base}/api/`,
    responseUrl: `${base}/respond`,
    calls,
    of: (method) => calls.filter((call) => call.method === method).map((call) => call.args),
    on: (method, answer) => void answers.set(method, answer),
    async send({ type, payload }, ms = 3000) {
      const socket = [...sockets].at(-1);
      if (socket === undefined) throw new Error("nobody is connected");
      const id = `e${envelopes++}`;
      socket.send(JSON.stringify({ type, envelope_id: id, accepts_response_payload: true, payload }));
      return acknowledgement(socket, id, ms);
    },
    sockets: () => sockets.size,
    disconnect() {
      for (const socket of sockets) socket.send(JSON.stringify({ type: "disconnect", reason: "refresh_requested" }));
    },
    async close() {
      for (const socket of sockets) socket.terminate();
      wss.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function defaults(): Record<string, Answering> {
  let ts = 0;
  return {
    "auth.test": () => ({ ok: true, team_id: "T1", user_id: "UBOT", bot_id: "BBOT" }),
    "chat.postMessage": ({ channel }) => ({ ok: true, channel, ts: `100.${++ts}` }),
    "chat.update": ({ channel, ts: at }) => ({ ok: true, channel, ts: at }),
    "users.info": ({ user }) => ({ ok: true, user: { id: user, team_id: "T1" } }),
    upload: () => ({ status: 200, body: "OK" }),
  };
}

function parsed(body: string, type: string): Record<string, unknown> {
  if (type.startsWith("application/json")) return JSON.parse(body) as Record<string, unknown>;
  if (type.startsWith("multipart/")) return { multipart: body };
  return Object.fromEntries([...new URLSearchParams(body)].map(([key, value]) => [key, /^[[{]/.test(value) ? JSON.parse(value) : value]));
}

function acknowledgement(socket: WebSocket, id: string, ms: number): Promise<{ payload?: unknown } | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => done(null), ms);
    const hear = (data: Buffer): void => {
      const said = JSON.parse(data.toString()) as { envelope_id?: string; payload?: unknown };
      if (said.envelope_id === id) done(said);
    };
    const done = (said: { payload?: unknown } | null): void => {
      clearTimeout(timer);
      socket.off("message", hear);
      resolve(said);
    };
    socket.on("message", hear);
  });
}
