import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import { collectDefaultMetrics, type Registry } from "prom-client";
import { fail } from "../contract/failure.js";
import type { Log } from "../log/log.js";

/** What the pages tell. */
export interface Telling {
  registry: Registry;
  /** What must hold for the process to be of use; each by name. */
  ready: Readonly<Record<string, () => boolean>>;
  log: Log;
}

export interface Health {
  close(): Promise<void>;
}

/**
 * Serves on loopback: /healthz (the process answers), /readyz (it is of use; 503 names what is not), /metrics (Prometheus).
 * Null = nothing is opened. Throws `conflict` when the port is taken.
 */
export async function openHealth(port: number | null, telling: Telling): Promise<Health> {
  if (port === null) return { close: () => Promise.resolve() };
  collectDefaultMetrics({ register: telling.registry, prefix: "calico_chatops_" });
  const server = createServer({ requestTimeout: 5000, headersTimeout: 5000 }, (request, response) => {
    respond(telling, { method: request.method ?? "", path: (request.url ?? "").split("?")[0] ?? "" }, response).catch((err: unknown) => {
      telling.log.warn({ err }, "a health page was not served");
      response.destroy();
    });
  });
  await listening(server, port);
  telling.log.info({ port }, "health pages are served on loopback");
  return {
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      telling.registry.clear();
    },
  };
}

async function listening(server: Server, port: number): Promise<void> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening").catch((cause: unknown) => {
    const { code = "failed" } = cause as NodeJS.ErrnoException;
    throw fail("conflict", `the health port ${port} cannot be opened: ${code}`, {
      hint: "set another `health:` port, or leave it out",
      cause,
    });
  });
}

async function respond(
  { registry, ready }: Telling,
  { method, path }: { method: string; path: string },
  response: ServerResponse,
): Promise<void> {
  if (method !== "GET" && method !== "HEAD") return void response.writeHead(405, { allow: "GET, HEAD" }).end();
  if (path === "/healthz") return void response.writeHead(200, plain).end("ok\n");
  if (path === "/readyz") {
    const states = Object.entries(ready).map(([name, holds]) => ({ name, holds: holds() }));
    const text = states.map(({ name, holds }) => `${name} ${holds ? "ok" : "NOT ready"}\n`).join("");
    return void response.writeHead(states.every(({ holds }) => holds) ? 200 : 503, plain).end(text);
  }
  if (path === "/metrics") return void response.writeHead(200, { "content-type": registry.contentType }).end(await registry.metrics());
  return void response.writeHead(404, plain).end("/healthz, /readyz, /metrics\n");
}

const plain = { "content-type": "text/plain; charset=utf-8" };
