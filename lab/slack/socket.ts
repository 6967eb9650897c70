import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";

/** A delivery on its way to the bot. */
export interface Envelope {
  type: "slash_commands" | "events_api" | "interactive";
  payload: Record<string, unknown>;
  accepts_response_payload?: boolean;
  retry_attempt?: number;
  retry_reason?: string;
}

/** Trouble that tests ask for. */
export interface Trouble {
  /** The same envelope goes to every connection. */
  duplicate: boolean;
  /** The connection is cut before it can acknowledge; the envelope then goes to another one. */
  cutBeforeAck: boolean;
}

export interface Sockets {
  trouble: Trouble;
  /** An address that takes one connection. */
  ticket(base: string): string;
  count(): number;
  /** Delivers to one connection and resolves with what came back, or null when nothing came in time. */
  deliver(envelope: Envelope, within: number): Promise<{ payload?: unknown } | null>;
  /** Asks every connection to come again, as Slack does every few hours. */
  refresh(): void;
  close(): void;
}

/** The server side of Socket Mode: each envelope goes to one connection, in turn. Tells when a connection comes or goes. */
export function createSockets(server: Server, changed: () => void): Sockets {
  const wss = new WebSocketServer({ server, path: "/link" });
  const tickets = new Set<string>();
  const open: WebSocket[] = [];
  const waiting = new Map<string, (answer: { payload?: unknown }) => void>();
  let turn = 0;
  const trouble: Trouble = { duplicate: false, cutBeforeAck: false };
  wss.on("connection", (socket, request) => {
    const ticket = new URL(request.url ?? "/", "http://lab").searchParams.get("ticket") ?? "";
    if (!tickets.delete(ticket)) return socket.close();
    open.push(socket);
    changed();
    socket.on("close", () => {
      open.splice(open.indexOf(socket), 1);
      changed();
    });
    socket.on("error", () => socket.terminate());
    socket.on("message", (data) => {
      const answer = JSON.parse((data as Buffer).toString("utf8")) as { envelope_id?: string; payload?: unknown };
      if (answer.envelope_id !== undefined) waiting.get(answer.envelope_id)?.(answer);
    });
    socket.send(JSON.stringify({ type: "hello", num_connections: open.length, connection_info: { app_id: "A0CALICO" } }));
  });
  const beat = setInterval(() => open.forEach((socket) => socket.ping()), 10_000);
  const targets = (): WebSocket[] => {
    if (trouble.duplicate) return [...open];
    const next = open[turn++ % Math.max(1, open.length)];
    return next ? [next] : [];
  };
  return {
    trouble,
    ticket(base) {
      const ticket = randomUUID();
      tickets.add(ticket);
      return `${base.replace(/^http/, "ws")}/link?ticket=${ticket}&app_id=A0CALICO`;
    },
    count: () => open.length,
    async deliver(envelope, within) {
      const id = randomUUID();
      const message = JSON.stringify({ envelope_id: id, ...envelope });
      const answered = answerTo(waiting, id, within);
      const to = targets();
      for (const socket of to) socket.send(message);
      if (trouble.cutBeforeAck) {
        trouble.cutBeforeAck = false;
        for (const socket of to) socket.terminate();
        setTimeout(() => targets()[0]?.send(message), 400);
      }
      return answered;
    },
    refresh: () => open.forEach((socket) => socket.send(JSON.stringify({ type: "disconnect", reason: "refresh_requested" }))),
    close() {
      clearInterval(beat);
      for (const socket of open) socket.terminate();
      wss.close();
    },
  };
}

function answerTo(
  waiting: Map<string, (answer: { payload?: unknown }) => void>,
  id: string,
  within: number,
): Promise<{ payload?: unknown } | null> {
  return new Promise((resolve) => {
    const done = (answer: { payload?: unknown } | null): void => {
      clearTimeout(timer);
      waiting.delete(id);
      resolve(answer);
    };
    const timer = setTimeout(() => done(null), within);
    waiting.set(id, done);
  });
}
