import { type IncomingHttpHeaders, request as plainRequest, type RequestOptions } from "node:http";
import { request as tlsRequest } from "node:https";
import { fail } from "../../src/contract/failure.js";

export interface Call {
  method: "GET" | "POST";
  url: string;
  headers?: Readonly<Record<string, string>>;
  body?: unknown;
  /** Certificate authority, PEM; null = the machine's own. */
  ca: string | null;
  timeout: number;
  signal: AbortSignal;
}

export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  ms: number;
}

const most = 16 * 1024 * 1024;

/** One HTTP exchange with a deadline and a bounded answer. Throws `unreachable`, `timeout`, `cancelled` or `too_large`. */
export function exchange(call: Call): Promise<Reply> {
  const began = Date.now();
  const place = new URL(call.url).host;
  const late = AbortSignal.timeout(call.timeout);
  const signal = AbortSignal.any([call.signal, late]);
  const body = call.body === undefined ? "" : JSON.stringify(call.body);
  const headers = {
    accept: "application/json",
    ...(body === "" ? {} : { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) }),
    ...call.headers,
  };
  const options: RequestOptions & { ca?: string } = { method: call.method, headers, signal, ...(call.ca === null ? {} : { ca: call.ca }) };
  return new Promise((resolve, reject) => {
    const refuse = (error: unknown): void => reject(explain(error, { place, call, late }));
    const send = call.url.startsWith("https:") ? tlsRequest : plainRequest;
    const request = send(call.url, options, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > most) request.destroy(fail("too_large", `${place} answered more than ${most} bytes`));
        else chunks.push(chunk);
      });
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString("utf8"),
          ms: Date.now() - began,
        }),
      );
      response.on("error", refuse);
    });
    request.on("error", refuse);
    request.end(body);
  });
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "refused the connection: nothing listens there",
  EHOSTUNREACH: "has no route",
  ENOTFOUND: "has no address",
  ECONNRESET: "dropped the connection",
  CERT_HAS_EXPIRED: "shows a certificate that has expired",
  DEPTH_ZERO_SELF_SIGNED_CERT: "shows a self-signed certificate",
  SELF_SIGNED_CERT_IN_CHAIN: "shows a certificate of an unknown authority",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "shows a certificate of an unknown authority",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "shows a certificate of an unknown authority",
};

function explain(error: unknown, { place, call, late }: { place: string; call: Call; late: AbortSignal }): Error {
  if (call.signal.aborted) return fail("cancelled", `stopped while ${place} was asked`, { cause: error });
  if (late.aborted) return fail("timeout", `${place} gave no answer in ${call.timeout / 1000} s`, { cause: error });
  if (error instanceof Error && "failure" in error) return error;
  const code = (error as { code?: string }).code ?? "";
  return fail("unreachable", `${place} ${reasons[code] ?? "cannot be reached"}`, { cause: error });
}
