/** etcd over its JSON gateway: no client library needed. Every call has a deadline. */
export interface Gateway {
  /** Values by key below a prefix. */
  below(prefix: string): Promise<Map<string, string>>;
  put(key: string, value: string, lease?: string): Promise<void>;
  grant(seconds: number): Promise<string>;
  /** False when the lease is gone. */
  keepAlive(lease: string): Promise<boolean>;
}

export function gateway(endpoint: string): Gateway {
  const call = async (path: string, body: object): Promise<Record<string, unknown>> => {
    const answer = await fetch(`${endpoint}/v3/${path}`, { method: "POST", body: JSON.stringify(body), signal: AbortSignal.timeout(2000) });
    if (!answer.ok) throw new Error(`etcd ${path}: ${answer.status}`);
    return (await answer.json()) as Record<string, unknown>;
  };
  return {
    async below(prefix) {
      const end = Buffer.from(prefix);
      end[end.length - 1] = (end[end.length - 1] ?? 0) + 1;
      const { kvs = [] } = (await call("kv/range", { key: base64(prefix), range_end: end.toString("base64") })) as {
        kvs?: { key: string; value?: string }[];
      };
      return new Map(kvs.map(({ key, value = "" }) => [text(key), text(value)]));
    },
    async put(key, value, lease) {
      await call("kv/put", { key: base64(key), value: base64(value), ...(lease === undefined ? {} : { lease }) });
    },
    async grant(seconds) {
      return String((await call("lease/grant", { TTL: seconds }))["ID"]);
    },
    async keepAlive(lease) {
      const { result } = (await call("lease/keepalive", { ID: lease })) as { result?: { TTL?: string } };
      return Number(result?.TTL ?? 0) > 0;
    },
  };
}

const base64 = (value: string): string => Buffer.from(value).toString("base64");
const text = (value: string): string => Buffer.from(value, "base64").toString("utf8");
