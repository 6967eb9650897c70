import { noop } from "cockatiel";
import { Etcd3 } from "etcd3";
import type { EtcdConfig } from "../../src/config/valid.js";

/** A client of one endpoint, which fails fast: no retries, no circuit breaker, a deadline on every call. */
export function connect(endpoint: string, config: EtcdConfig): Etcd3 {
  const deadline = (): { deadline: number } => ({ deadline: Date.now() + config.timeout });
  const auth =
    config.username === null
      ? {}
      : { auth: { username: config.username, password: config.password?.reveal() ?? "", callOptions: deadline } };
  return new Etcd3({
    hosts: [endpoint],
    ...tls(endpoint, config),
    ...auth,
    dialTimeout: config.timeout,
    defaultCallOptions: (context) => (context.isStream ? {} : deadline()),
    faultHandling: { global: noop, host: () => noop },
    grpcOptions: {
      // An answer is limited by paging; the default of 4 MiB would fail on a page of large objects.
      "grpc.max_receive_message_length": 64 * 1024 * 1024,
      // Try a member that was away again soon, not after a backoff of minutes.
      "grpc.initial_reconnect_backoff_ms": 200,
      "grpc.max_reconnect_backoff_ms": 1000,
    },
  });
}

function tls(
  endpoint: string,
  { ca, cert, key }: EtcdConfig,
): { credentials?: { rootCertificate: Buffer; privateKey?: Buffer; certChain?: Buffer } } {
  if (!endpoint.startsWith("https:") || ca === null) return {};
  const pair = cert !== null && key !== null ? { certChain: Buffer.from(cert), privateKey: Buffer.from(key.reveal()) } : {};
  return { credentials: { rootCertificate: Buffer.from(ca), ...pair } };
}
