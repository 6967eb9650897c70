import { z } from "zod";
import type { Ask } from "../../src/cluster/ask.js";
import type { OpenStackConfig } from "../../src/config/valid.js";
import { fail } from "../../src/contract/failure.js";
import { bodyOf } from "./reply.js";
import { type Call, exchange, type Reply } from "./request.js";

const Endpoint = z.object({ interface: z.string(), region_id: z.string().nullish(), region: z.string().nullish(), url: z.string() });
const TokenBody = z.object({
  token: z.object({
    expires_at: z.string(),
    roles: z.array(z.object({ name: z.string() })).default([]),
    catalog: z.array(z.object({ type: z.string(), endpoints: z.array(Endpoint) })).default([]),
  }),
});

/** What a login gave. */
export interface Login {
  token: string;
  /** Epoch ms. */
  expires: number;
  roles: string[];
  catalog: z.infer<typeof TokenBody>["token"]["catalog"];
}

/** A session that logs in when it must: one token, shared, renewed shortly before it ends and once after a 401. */
export interface Session {
  login(ask: Ask): Promise<Login>;
  /** GET below a service's endpoint of the catalogue. */
  get(service: string, path: string, ask: Ask): Promise<Reply>;
  /** Whether the catalogue has an endpoint of the service at all, in whatever region. */
  serves(service: string, ask: Ask): Promise<boolean>;
}

const renewBefore = 120_000;

export function createSession(config: OpenStackConfig): Session {
  let held: Login | null = null;
  let running: Promise<Login> | null = null;
  const login = async (ask: Ask): Promise<Login> => {
    if (held && held.expires - renewBefore > Date.now()) return held;
    // Questions that come together share one login; it is bound to none of their cancellations.
    running ??= authenticate(config, ask).finally(() => {
      running = null;
    });
    held = await running;
    return held;
  };
  const once = async (service: string, path: string, ask: Ask): Promise<Reply> => {
    const { token, catalog } = await login(ask);
    return send(config, ask, { method: "GET", url: `${endpointOf(catalog, service, config)}${path}`, headers: { "x-auth-token": token } });
  };
  return {
    login,
    async serves(service, ask) {
      const { catalog } = await login(ask);
      return catalog.some(({ type, endpoints }) => type === service && endpoints.length > 0);
    },
    async get(service, path, ask) {
      const first = await once(service, path, ask);
      if (first.status !== 401) return first;
      held = null;
      return once(service, path, ask);
    },
  };
}

async function authenticate(config: OpenStackConfig, ask: Ask): Promise<Login> {
  const { username: name, project, userDomain, projectDomain } = config;
  const user = { name, domain: { name: userDomain }, password: config.password.reveal() };
  const scope = { project: { name: project, domain: { name: projectDomain } } };
  const body = { auth: { identity: { methods: ["password"], password: { user } }, scope } };
  const calm = { ...ask, signal: new AbortController().signal };
  const reply = await send(config, calm, { method: "POST", url: `${config.authUrl.replace(/\/$/, "")}/auth/tokens`, body });
  const { token } = bodyOf(reply, TokenBody, "Keystone");
  const value = reply.headers["x-subject-token"];
  if (typeof value !== "string") throw fail("unreadable_output", "Keystone: the answer holds no token");
  return {
    token: value,
    expires: Date.parse(token.expires_at),
    roles: token.roles.map((role) => role.name).toSorted(),
    catalog: token.catalog,
  };
}

/** Sends and notes what was sent: method, path and status, never a token or a body. */
async function send(config: OpenStackConfig, ask: Ask, call: Pick<Call, "method" | "url" | "headers" | "body">): Promise<Reply> {
  const what = `${call.method} ${new URL(call.url).host}${new URL(call.url).pathname}`;
  const began = Date.now();
  try {
    const reply = await exchange({ ...call, ca: config.ca, timeout: config.timeout, signal: ask.signal });
    const output = call.method === "GET" ? { output: reply.text.slice(0, 8192) } : {};
    ask.note({ where: "worker", what, exit: reply.status, ms: reply.ms, bytes: reply.text.length, ...output });
    return reply;
  } catch (error) {
    ask.note({ where: "worker", what, exit: null, ms: Date.now() - began, bytes: 0 });
    throw error;
  }
}

function endpointOf(catalog: Login["catalog"], service: string, { authUrl, region, interface: wanted }: OpenStackConfig): string {
  // Where the login worked; a catalogue may name Keystone by an address that only others reach.
  if (service === "identity") return authUrl.replace(/\/$/, "");
  const endpoints = catalog.filter(({ type }) => type === service).flatMap((entry) => entry.endpoints);
  const found = endpoints.find(
    (endpoint) => endpoint.interface === wanted && (region === null || endpoint.region_id === region || endpoint.region === region),
  );
  if (found) return found.url.replace(/\/$/, "");
  const there = [...new Set(endpoints.map((endpoint) => endpoint.region_id ?? endpoint.region ?? "?"))].join(", ");
  throw fail("not_found", `the catalogue has no ${wanted} ${service} endpoint${region === null ? "" : ` in region ${region}`}`, {
    hint: there === "" ? "the project may see no services" : `regions there: ${there}`,
  });
}
