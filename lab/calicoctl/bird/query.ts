import { realpathSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { End } from "../end.js";

/** A BGP session as the table shows it. */
export interface Peer {
  address: string;
  type: string;
  state: string;
  since: string;
  info: string;
}

/** Milliseconds that BIRD has for each line of its answer. */
const patience = 2000;

/** Asks BIRD for its protocols; the answer is a text when there is no BIRD to ask. */
export async function peersOf(family: 4 | 6): Promise<Peer[] | string> {
  const file = `bird${family === 6 ? "6" : ""}.ctl`;
  try {
    return await ask(`/var/run/calico/${file}`, family);
  } catch (error) {
    if (error instanceof End) throw error;
  }
  const second = `/var/run/bird/${file}`;
  try {
    return await ask(second, family);
  } catch (error) {
    if (error instanceof End) throw error;
    const why = reasons[(error as NodeJS.ErrnoException).code ?? ""] ?? String(error);
    return `Error querying BIRD: unable to connect to BIRDv${family} socket: dial unix ${second}: connect: ${why}`;
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "no such file or directory",
  ECONNREFUSED: "connection refused",
  EACCES: "permission denied",
};

async function ask(path: string, family: 4 | 6): Promise<Peer[]> {
  const socket = await open(path);
  socket.setTimeout(patience, () => socket.destroy(new Silence()));
  socket.write("show protocols\n");
  try {
    return await read(socket, family);
  } catch (error) {
    const why = error instanceof Silence ? `read unix @->${realpathSync(path)}: i/o timeout` : (error as Error).message;
    throw new End(`error executing command: ${why}`);
  } finally {
    socket.destroy();
  }
}

class Silence extends Error {}

/** Reads until BIRD says that this was all, or hangs up. */
async function read(socket: Socket, family: 4 | 6): Promise<Peer[]> {
  const peers: Peer[] = [];
  let rest = "";
  for await (const chunk of socket) {
    const lines = (rest + String(chunk)).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line.startsWith("0000")) return peers;
      const peer = peerIn(line, family);
      if (typeof peer === "string") throw new Error(peer);
      if (peer) peers.push(peer);
    }
  }
  return peers;
}

function open(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path, () => resolve(socket));
    socket.once("error", reject);
  });
}

const headings = "name proto table state since info";

/** The peer of a line, null when it tells of none, or what is wrong with the line. */
function peerIn(line: string, family: 4 | 6): Peer | null | string {
  if (line.startsWith("0001")) return null;
  if (line.startsWith("2002")) return words(line.slice(5)).join(" ") === headings ? null : "unknown BIRD table output format";
  if (line.startsWith("1002")) return peer(line.slice(5), family);
  return line.startsWith(" ") ? peer(line.slice(1), family) : "unexpected output line from BIRD";
}

const types: Readonly<Record<string, string>> = { Global: "global", Mesh: "node-to-node mesh", Node: "node specific" };

const words = (line: string): string[] => line.trim().split(/\s+/);

/** Only sessions that Calico named, and only with something in the last column: a disabled one has nothing there. */
function peer(line: string, family: 4 | 6): Peer | null {
  const [name = "", protocol, , state = "", since = "", ...info] = words(line);
  const [, type = "", address = ""] = /^(Global|Node|Mesh)_(.+)$/.exec(name) ?? [];
  if (info.length === 0 || protocol !== "BGP" || address === "") return null;
  return { address: address.replaceAll("_", family === 6 ? ":" : "."), type: types[type] ?? "", state, since, info: info.join(" ") };
}
