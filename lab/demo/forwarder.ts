import { createConnection, createServer, type Server, type Socket } from "node:net";

/**
 * Makes a port inside the lab reachable on loopback: path sockets cross network namespaces, addresses do not.
 * Inside the lab, `serveSocket` joins a path to the lab's port; outside, `forward` joins a loopback port to the path.
 */
export function forward(path: string, port: number): Promise<{ port: number; close(): void }> {
  return listening(
    bridge(() => createConnection(path)),
    { port, host: "127.0.0.1" },
  );
}

/** Runs inside the lab's fabric namespace. */
export function serveSocket(path: string, port: number): Promise<{ port: number; close(): void }> {
  return listening(
    bridge(() => createConnection({ port, host: "127.0.0.1" })),
    { path },
  );
}

function bridge(dial: () => Socket): Server {
  return createServer((incoming) => {
    const outgoing = dial();
    incoming.pipe(outgoing).pipe(incoming);
    incoming.on("error", () => outgoing.destroy());
    outgoing.on("error", () => incoming.destroy());
  });
}

function listening(server: Server, where: { port: number; host: string } | { path: string }): Promise<{ port: number; close(): void }> {
  const open = new Set<Socket>();
  server.on("connection", (socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(where, () => {
      const address = server.address();
      resolve({ port: typeof address === "object" && address ? address.port : 0, close: () => closeAll(server, open) });
    });
  });
}

function closeAll(server: Server, open: ReadonlySet<Socket>): void {
  server.close();
  for (const socket of open) socket.destroy();
}
