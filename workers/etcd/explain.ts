import {
  EtcdAuthenticationFailedError,
  EtcdInvalidAuthTokenError,
  EtcdPermissionDeniedError,
  GRPCDeadlineExceededError,
  GRPCUnauthenticatedError,
  GRPCUnavailableError,
} from "etcd3";
import { FailureError, fail } from "../../src/contract/failure.js";

const refused = [EtcdAuthenticationFailedError, EtcdInvalidAuthTokenError, EtcdPermissionDeniedError, GRPCUnauthenticatedError];

/** A client error as a coded failure that names the endpoint. */
export function explain(error: unknown, endpoint: string, seconds: number): FailureError {
  if (error instanceof FailureError) return error;
  const place = endpoint.replace(/^https?:\/\//, "");
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof GRPCDeadlineExceededError) return fail("timeout", `etcd ${place} gave no answer in ${seconds} s`, { cause: error });
  if (refused.some((kind) => error instanceof kind) || /user name is empty|invalid user|permission denied/i.test(text)) {
    return fail("credentials", `etcd ${place} refused the worker's user`, { cause: error });
  }
  if (error instanceof GRPCUnavailableError) return fail("unreachable", `etcd ${place} ${whyUnavailable(text)}`, { cause: error });
  return fail("tool_failed", `etcd ${place}: ${text.slice(0, 300)}`, { cause: error });
}

const signs: readonly [RegExp, string][] = [
  [/ECONNREFUSED/, "refused the connection: etcd does not run there"],
  [/EHOSTUNREACH|ENETUNREACH/, "has no route: host or path is down"],
  [/ETIMEDOUT/, "gave no sign of life"],
  [/certificate has expired/i, "shows a certificate that has expired"],
  [/self.signed|unable to verify|unable to get (local )?issuer/i, "shows a certificate of an unknown authority"],
  [/wrong version number|EPROTO|ssl|tls/i, "does not speak TLS as configured"],
  [/ECONNRESET|socket hang up|Connection dropped/i, "dropped the connection"],
];

function whyUnavailable(text: string): string {
  return signs.find(([sign]) => sign.test(text))?.[1] ?? "cannot be reached";
}

/** The revision that a paged read was pinned to is gone. */
export function isCompacted(error: unknown): boolean {
  return error instanceof Error && /required revision has been compacted/.test(error.message);
}
