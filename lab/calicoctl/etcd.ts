import { createPrivateKey, X509Certificate } from "node:crypto";
import type { IncomingMessage, RequestOptions } from "node:http";
import { type EtcdConfig, NoClient } from "./config.js";

export interface Entry {
  key: string;
  value: string;
  /** etcd's revision of the last change: the resource version. */
  revision: string;
}

export interface Range {
  entries: Entry[];
  /** Revision of the whole store. */
  revision: string;
}

/** etcd refused: the text is its own. */
export class Refused extends Error {}

/** etcd over its JSON gateway. */
export interface Etcd {
  get(key: string): Promise<Range>;
  /** All keys that begin so. */
  list(prefix: string): Promise<Range>;
  /** Writes a key whose last change is of that revision, "0" = that is not there; or null = removes it. False if it has another. */
  swap(key: string, value: string | null, revision: string): Promise<boolean>;
}

/** A client that never gives up: while no endpoint answers it tries them again, in turn, for ever. */
export async function connect(config: EtcdConfig): Promise<Etcd> {
  checkKey(config);
  const token = config.username === "" ? "" : await authenticate(config);
  const range = async (body: object): Promise<Range> => {
    const { kvs = [], header } = (await ask({ config, path: "/v3/kv/range", method: "KV/Range", token }, body)) as RangeAnswer;
    return { entries: kvs.map(entry), revision: header.revision };
  };
  const swap: Etcd["swap"] = async (key, value, revision) => {
    const compare = [{ key: base64(key), target: "MOD", result: "EQUAL", mod_revision: revision }];
    const change =
      value === null ? { requestDeleteRange: { key: base64(key) } } : { requestPut: { key: base64(key), value: base64(value) } };
    const question = { config, path: "/v3/kv/txn", method: "KV/Txn", token };
    return ((await ask(question, { compare, success: [change] })) as { succeeded?: boolean }).succeeded === true;
  };
  return {
    swap,
    get: (key) => range({ key: base64(key) }),
    list: (prefix) => range({ key: base64(prefix), range_end: base64(`${prefix.slice(0, -1)}0`) }),
  };
}

interface RangeAnswer {
  header: { revision: string };
  kvs?: { key: string; value?: string; mod_revision: string }[];
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const plain = (text: string): string => Buffer.from(text, "base64").toString();

function entry({ key, value = "", mod_revision: revision }: { key: string; value?: string; mod_revision: string }): Entry {
  return { key: plain(key), value: plain(value), revision };
}

function checkKey({ cert, key }: EtcdConfig): void {
  if (cert === "" || key === "") return;
  const wrong = (why: string): NoClient => new NoClient(`could not initialize etcdv3 client: tls: ${why}`);
  try {
    if (new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) return;
  } catch {
    throw wrong("failed to find any PEM data in certificate input");
  }
  throw wrong("private key does not match public key");
}

async function authenticate(config: EtcdConfig): Promise<string> {
  const question = { config, path: "/v3/auth/authenticate", method: "Auth/Authenticate", token: "" };
  try {
    const { token } = (await ask(question, { name: config.username, password: config.password })) as { token: string };
    return token;
  } catch (error) {
    throw error instanceof Refused ? new NoClient(error.message) : error;
  }
}

interface Question {
  config: EtcdConfig;
  path: string;
  /** Its name in etcd's own protocol. */
  method: string;
  token: string;
}

/** Milliseconds for one try, and between two rounds of tries. */
const patience = 10_000;
const pauseBetween = 500;

async function ask(question: Question, body: object): Promise<unknown> {
  for (;;) {
    for (const endpoint of question.config.endpoints) {
      const answer = await attempt(endpoint, question, JSON.stringify(body));
      if (answer === null) continue;
      if (answer.error === undefined) return answer;
      warn(endpoint, question.method, answer);
      throw new Refused(answer.code === 14 ? `rpc error: code = Unavailable desc = ${answer.error}` : answer.error);
    }
    await new Promise((resolve) => setTimeout(resolve, pauseBetween));
  }
}

interface Answer {
  error?: string;
  /** gRPC's code of the error. */
  code?: number;
}

/** One try; null when this endpoint gave no answer of etcd's. */
async function attempt(endpoint: string, { config, path, token }: Question, body: string): Promise<Answer | null> {
  if (!/^https?:/.test(endpoint) || !URL.canParse(path, endpoint)) return null;
  // A write that may have arrived is not sent again.
  const unanswered = path === "/v3/kv/txn" ? { error: "error reading from server: EOF", code: 14 } : null;
  const { request } = endpoint.startsWith("https:") ? await import("node:https") : await import("node:http");
  const { ca, cert, key } = config;
  const tls = { ...(ca && { ca }), ...(cert && key && { cert, key }) };
  const headers = { "content-type": "application/json", ...(token && { authorization: token }) };
  const options: RequestOptions = { method: "POST", timeout: patience, headers, ...tls };
  return new Promise((resolve) => {
    const sent = request(new URL(path, endpoint), options, (response) => void read(response).then(resolve));
    let arrived = false;
    sent.on("finish", () => (arrived = true));
    sent.on("error", () => resolve(arrived ? unanswered : null));
    sent.on("timeout", () => sent.destroy(new Error("no answer")));
    sent.end(body);
  });
}

async function read(response: IncomingMessage): Promise<Answer | null> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const answer: unknown = JSON.parse(Buffer.concat(chunks).toString());
    return typeof answer === "object" ? answer : null;
  } catch {
    return null;
  }
}

const codes: Readonly<Record<number, string>> = {
  3: "InvalidArgument",
  7: "PermissionDenied",
  9: "FailedPrecondition",
  14: "Unavailable",
  16: "Unauthenticated",
};

/** The line that etcd's Go client writes before the error itself. */
function warn(endpoint: string, method: string, { error = "", code = 2 }: Answer): void {
  const line = {
    level: "warn",
    ts: new Date().toISOString().replace("Z", "000Z"),
    logger: "etcd-client",
    caller: "v3@v3.6.5/retry_interceptor.go:65",
    msg: "retrying of unary invoker failed",
    target: `etcd-endpoints://0xc000000000/${new URL(endpoint).host}`,
    method: `/etcdserverpb.${method}`,
    attempt: 0,
    error: `rpc error: code = ${codes[code] ?? "Unknown"} desc = ${error}`,
  };
  process.stderr.write(`${JSON.stringify(line)}\n`);
}
