import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Ask } from "../../../src/cluster/ask.js";
import type { OpenStackConfig } from "../../../src/config/valid.js";
import type { Evidence } from "../../../src/contract/outcome.js";

interface Recorded {
  note: string;
  status: number;
  headers: Record<string, string>;
  body: unknown;
}
const recorded = JSON.parse(readFileSync(join(import.meta.dirname, "../../golden/openstack/rest.json"), "utf8")) as Recorded[];

/** One recorded exchange by its note. */
export const record = (note: string): Recorded => {
  const found = recorded.find((one) => one.note === note);
  if (!found) throw new Error(`nothing recorded as "${note}"`);
  return found;
};

const servers: Server[] = [];

/** Ends every server of this file's tests. */
export function closePlanes(): void {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
}

export type Handler = (request: IncomingMessage, response: ServerResponse, base: string) => void;

/** A loopback server that answers as the recordings do; the catalogue is made to point back at it. */
export async function plane(rest: Handler, token: Handler = tokenOf("token, admin")): Promise<OpenStackConfig> {
  let base = "";
  const server = createServer((request, response) => {
    request.resume();
    if (request.method === "POST" && request.url === "/v3/auth/tokens") token(request, response, base);
    else rest(request, response, base);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    authUrl: `${base}/v3`,
    username: "admin",
    password: { reveal: () => "pw-1" },
    project: "admin",
    userDomain: "Default",
    projectDomain: "Default",
    region: "RegionOne",
    interface: "public",
    ca: null,
    timeout: 500,
    cli: null,
  };
}

/** Answers with a recording. */
export const send =
  (note: string): Handler =>
  (_request, response) => {
    const { status, body } = record(note);
    response
      .writeHead(status, { "content-type": "application/json", "x-openstack-request-id": "req-1" })
      .end(typeof body === "string" ? body : JSON.stringify(body));
  };

/** Answers with a recorded login; services of other types may be left out of its catalogue. */
export function tokenOf(note: string, without: readonly string[] = []): Handler {
  return (_request, response, base) => {
    const { status, body } = record(note);
    const { token } = body as { token: { catalog: { type: string; endpoints: { url: string }[] }[]; expires_at: string } };
    const catalog = token.catalog
      .filter(({ type }) => !without.includes(type))
      .map((entry) => ({ ...entry, endpoints: entry.endpoints.map((endpoint) => ({ ...endpoint, url: base })) }));
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    response.writeHead(status, { "x-subject-token": "T-1" }).end(JSON.stringify({ token: { ...token, catalog, expires_at } }));
  };
}

export function ask(notes: Evidence[] = []): Ask {
  return { signal: new AbortController().signal, request: "r1", note: (evidence) => void notes.push(evidence) };
}
