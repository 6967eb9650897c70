import { createServer, type Server as NetServer, type Socket } from "node:net";
import ssh2, { type Session, type Server as SshServer } from "ssh2";
import { z } from "zod";
import { serveParent } from "./child.js";
import { birdAnswers, computesOf, deadRack, racks, scriptOutput } from "./racks.js";

/**
 * 300 SSH servers in one process. The rack that dies can do so in three ways: it takes connections and never answers, it refuses them,
 * or it falls silent on the connections that it has.
 */
const Asked = z.object({
  word: z.enum(["open", "alive", "silent", "refused", "cut"]),
  hostKey: z.string().optional(),
  port: z.number().optional(),
});

interface Host {
  address: string;
  server: NetServer;
  sockets: Set<Socket>;
  dead: boolean;
}

const hosts = new Map<string, Host>();
let port = 0;
let mode: z.infer<typeof Asked>["word"] = "alive";

serveParent(async (raw) => {
  const { word, hostKey = "", port: wanted = 0 } = Asked.parse(raw);
  if (word !== "open") return become(word);
  port = wanted;
  for (let rack = 1; rack <= racks; rack++) {
    const ssh = sshOf(rack, hostKey);
    for (const { address } of computesOf(rack)) await listen(hostOf(address, ssh, rack === deadRack));
  }
  return null;
});

/** All hosts of a rack answer the same, so they share one SSH server. */
function sshOf(rack: number, hostKey: string): SshServer {
  const answers = birdAnswers(rack);
  return new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
    client.on("error", () => {});
    client.on("authentication", (context) => context.accept());
    client.on("session", (accept) => answerOn(accept(), answers));
  });
}

function answerOn(session: Session, answers: Readonly<Record<string, string>>): void {
  session.on("exec", (accept, _reject, { command }) => {
    const channel = accept();
    const mark = /--[0-9a-f]{8}-[0-9a-f-]{27}/.exec(command)?.[0] ?? "--";
    channel.write(scriptOutput(answers, mark, new Date()));
    channel.exit(0);
    channel.end();
  });
}

function hostOf(address: string, ssh: SshServer, dead: boolean): Host {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    if (!dead || mode === "alive") ssh.injectSocket(socket);
  });
  const host = { address, server, sockets, dead };
  hosts.set(address, host);
  return host;
}

function listen({ server, address }: Host): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, address, resolve);
  });
}

async function become(next: typeof mode): Promise<void> {
  const [before, rack] = [mode, [...hosts.values()].filter(({ dead }) => dead)];
  mode = next;
  for (const socket of rack.flatMap(({ sockets }) => [...sockets])) {
    if (next === "cut") socket.pause();
    else socket.destroy();
  }
  if (next === "refused") await Promise.all(rack.map(({ server }) => new Promise((resolve) => server.close(resolve))));
  else if (before === "refused") for (const host of rack) await listen(host);
}
