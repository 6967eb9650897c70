import type { IncomingMessage } from "node:http";

const most = 8 * 1024 * 1024;

/** Reads a request's body, bounded. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > most) throw new Error("the body is too large");
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** Arguments of a Web API call: form fields whose values may be JSON, or a JSON object. */
export function argumentsOf(body: Buffer, type: string): Record<string, unknown> {
  const text = body.toString("utf8");
  if (type.includes("json")) return JSON.parse(text === "" ? "{}" : text) as Record<string, unknown>;
  return Object.fromEntries([...new URLSearchParams(text)].map(([key, value]) => [key, parsed(value)]));
}

function parsed(value: string): unknown {
  if (value === "true" || value === "false") return value === "true";
  if (!/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** The content of the first file part of a multipart body, or the body itself. */
export function fileOf(body: Buffer, type: string): Buffer {
  const boundary = /boundary="?([^";]+)"?/.exec(type)?.[1];
  if (boundary === undefined) return body;
  // Letter for byte, so that an image survives.
  const parts = body.toString("latin1").split(`--${boundary}`);
  const part = parts.find((one) => /name="file"|filename=/.test(one)) ?? "";
  return Buffer.from(part.slice(part.indexOf("\r\n\r\n") + 4).replace(/\r\n$/, ""), "latin1");
}
