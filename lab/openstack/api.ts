/** Keystone and Neutron by REST, as an administrator of the lab: create what is not there, read what is. */
export interface Api {
  /** POST below a service; the answer's only member. */
  create<T>(service: "identity" | "network", path: string, body: object): Promise<T>;
  list<T>(service: "identity" | "network", path: string): Promise<T[]>;
  put(service: "identity" | "network", path: string, body?: object): Promise<void>;
}

export interface Place {
  identity: string;
  network: string;
}

interface Call {
  method: "GET" | "POST" | "PUT";
  body?: object;
  token?: string;
}

/** What a service answered instead of what was wanted. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Logs in as the administrator and keeps the token; the lab outlives none. */
export async function logIn(place: Place, password: string): Promise<Api> {
  const domain = { id: "default" };
  const identity = { methods: ["password"], password: { user: { name: "admin", domain, password } } };
  const body = { auth: { identity, scope: { project: { name: "admin", domain } } } };
  const { headers } = await call(`${place.identity}/auth/tokens`, { method: "POST", body });
  const token = headers.get("x-subject-token") ?? "";
  const at = (service: keyof Place, path: string): string => `${service === "network" ? `${place.network}/v2.0` : place.identity}${path}`;
  return {
    async create<T>(service: keyof Place, path: string, what: object) {
      const answer = await call(at(service, path), { method: "POST", body: what, token });
      return only(answer.body) as T;
    },
    async list<T>(service: keyof Place, path: string) {
      const answer = await call(at(service, path), { method: "GET", token });
      return Object.values(answer.body).find(Array.isArray) as T[];
    },
    async put(service, path, what) {
      await call(at(service, path), { method: "PUT", token, ...(what ? { body: what } : {}) });
    },
  };
}

const only = (body: Record<string, unknown>): unknown => Object.values(body)[0];

async function call(url: string, { method, body, token }: Call): Promise<{ headers: Headers; body: Record<string, unknown> }> {
  const headers = { "content-type": "application/json", ...(token === undefined ? {} : { "x-auth-token": token }) };
  const init = { method, headers, signal: AbortSignal.timeout(20_000), ...(body ? { body: JSON.stringify(body) } : {}) };
  const answer = await fetch(url, init);
  const text = await answer.text();
  if (!answer.ok) throw new Refusal(answer.status, `${method} ${new URL(url).pathname}: ${answer.status} ${text.slice(0, 300)}`);
  return { headers: answer.headers, body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>) };
}
