import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { longestDocument } from "../../src/command/document.js";
import { FailureError } from "../../src/contract/failure.js";
import { createAttached, type SlackFile } from "../../src/slack/attached.js";
import { createClient } from "../../src/slack/client.js";
import { keptLog } from "./kept-log.js";

type Answering = (request: IncomingMessage, response: ServerResponse) => void;

/** Slack's files and Web API on loopback, and another host beside it. */
let slack: Server;
let other: Server;
let answer: Answering;
let seen: { url: string; token: string | undefined }[];
let elsewhere: number;
beforeEach(async () => {
  [seen, elsewhere] = [[], 0];
  answer = (_, response) => response.end("kind: Tier\n");
  slack = createServer((request, response) => {
    seen.push({ url: request.url ?? "", token: request.headers.authorization });
    answer(request, response);
  });
  other = createServer((_, response) => {
    elsewhere++;
    response.end("kind: Tier\n");
  });
  for (const server of [slack, other]) await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  for (const server of [slack, other]) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const base = (server = slack): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const file = (more: Partial<SlackFile> = {}): SlackFile => ({
  id: "F1",
  name: "policy.yaml",
  size: 11,
  url_private_download: `${base()}/files-pri/T1-F1/download/policy.yaml`,
  ...more,
});
function read(files: readonly SlackFile[], more: { within?: number; fetch?: typeof fetch; apiUrl?: string | null } = {}): Promise<string> {
  const settings = { apiUrl: more.apiUrl === undefined ? `${base()}/api/` : more.apiUrl, botToken: { reveal: () => "xoxb-1" } };
  return createAttached({ client: createClient({ ...settings, apiUrl: `${base()}/api/` }, keptLog()), settings, ...more })(files);
}
const refusal = (work: Promise<string>): Promise<string> =>
  work.then(
    (text) => `read: ${text.slice(0, 20)}`,
    (error: unknown) => (error instanceof FailureError ? `${error.failure.code}: ${error.failure.message}` : String(error)),
  );

describe("an attached file", () => {
  test("is fetched with the bot's token and read as text", async () => {
    answer = (_, response) => response.end("\ufeffkind: Tier # ünï\n");
    expect(await read([file()])).toBe("kind: Tier # ünï\n");
    expect(seen).toEqual([{ url: "/files-pri/T1-F1/download/policy.yaml", token: "Bearer xoxb-1" }]);
  });

  test("of which the event says nothing but its id is looked up first", async () => {
    answer = (request, response) =>
      response.end(request.url?.startsWith("/api/") ? JSON.stringify({ ok: true, file: file() }) : "kind: Tier\n");
    expect(await read([{ id: "F1" }])).toBe("kind: Tier\n");
    expect(seen.map(({ url }) => url)).toEqual(["/api/files.info", "/files-pri/T1-F1/download/policy.yaml"]);
  });

  test("that Slack does not show to the bot is told with its word, a missing scope with how to mend it", async () => {
    const saying =
      (error: string): Answering =>
      (_, response) =>
        response.end(JSON.stringify({ ok: false, error }));
    answer = saying("file_not_found");
    expect(await refusal(read([{ id: "F1" }]))).toBe("unreachable: slack does not show `F1` to the bot: file_not_found");
    answer = saying("missing_scope");
    expect(await refusal(read([{ id: "F1" }]))).toBe(
      "credentials: slack does not give `F1` to the bot: its token lacks the scope files:read",
    );
  });

  test("is one: of several none is chosen", async () => {
    expect(await refusal(read([file(), file()]))).toBe("invalid_manifest: 2 files are attached");
    expect(seen).toEqual([]);
  });

  test("of exactly 256 KiB is read; one byte more is not, whatever was announced", async () => {
    const sized = async (announced: number, sent: number): Promise<string> => {
      answer = (_, response) => {
        response.write("x".repeat(1000));
        response.end("x".repeat(sent - 1000));
      };
      return refusal(read([file({ size: announced })]));
    };
    expect(await sized(longestDocument, longestDocument)).toBe("read: xxxxxxxxxxxxxxxxxxxx");
    expect(await sized(11, longestDocument + 1)).toMatch(/^too_large: `policy\.yaml` has \d+ bytes; 262144 are read at most$/);
    seen.length = 0;
    expect(await sized(longestDocument + 1, 2000)).toBe("too_large: `policy.yaml` has 262145 bytes; 262144 are read at most");
    expect(seen).toEqual([]);
  });

  test("that never ends is not read to its end", async () => {
    let written = 0;
    answer = (_, response) => {
      const chunk = "x".repeat(64 * 1024);
      const timer = setInterval(() => {
        written += chunk.length;
        response.write(chunk);
      }, 1);
      response.on("close", () => clearInterval(timer));
    };
    expect(await refusal(read([file()]))).toMatch(/^too_large: /);
    expect(written).toBeLessThan(64 * longestDocument);
  });

  test.each([
    ["an image", Buffer.from("\x89PNG\r\n\x1a\n\xff\xfe", "latin1")],
    ["a text with a zero byte", Buffer.from("kind: \0Tier")],
    ["UTF-16", Buffer.from("kind: Tier", "utf16le")],
  ])("that is %s is no document", async (_, bytes) => {
    answer = (_request, response) => response.end(bytes);
    expect(await refusal(read([file({ name: "a`b.png" })]))).toBe("invalid_manifest: `a'b.png` is no text in UTF-8");
  });

  test.each(["data", "Web API"])("whose %s does not come is given up within the time", async (what) => {
    answer = () => undefined;
    const began = performance.now();
    expect(await refusal(read([what === "data" ? file() : { id: "F1", name: "policy.yaml" }], { within: 200 }))).toBe(
      "timeout: `policy.yaml` could not be fetched from slack within 200 ms",
    );
    expect(performance.now() - began).toBeLessThan(1500);
  });

  test("that is refused, or whose connection breaks, is told", async () => {
    answer = (_, response) => response.writeHead(404).end();
    expect(await refusal(read([file()]))).toBe("unreachable: slack refused `policy.yaml` with status 404");
    answer = (request) => request.socket.destroy();
    expect(await refusal(read([file()]))).toBe("unreachable: `policy.yaml` could not be fetched from slack");
  });
});

describe("the bot's token", () => {
  const missing = "credentials: slack does not give `policy.yaml` to the bot: its token lacks the scope files:read";

  test("does not follow to another host", async () => {
    answer = (_, response) => response.writeHead(302, { location: `${base(other)}/?redir=x` }).end();
    expect(await refusal(read([file()]))).toBe(missing);
    expect(elsewhere).toBe(0);
  });

  test("follows on Slack's own host, a few times", async () => {
    answer = (request, response) =>
      request.url === "/moved" ? response.end("kind: Tier\n") : response.writeHead(302, { location: "/moved" }).end();
    expect(await read([file()])).toBe("kind: Tier\n");
    answer = (_, response) => response.writeHead(302, { location: "/again" }).end();
    expect(await refusal(read([file()]))).toBe(missing);
  });

  test("meets a page to sign in where it may not read files", async () => {
    answer = (_, response) => response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end("<!doctype html>");
    expect(await refusal(read([file()]))).toBe(missing);
  });

  test.each([
    "https://example.org/p.yaml",
    "https://files.slack.com.example.org/p.yaml",
    "https://files.slack.com@example.org/p.yaml",
    "https://user@files.slack.com/p.yaml",
    "http://files.slack.com/p.yaml",
    "https://other.slack.com/p.yaml",
    "file:///etc/passwd",
    "nonsense",
  ])("is never sent to %s", async (url) => {
    let asked = 0;
    const fetch = (): Promise<Response> => {
      asked++;
      return Promise.resolve(new Response("kind: Tier"));
    };
    expect(await refusal(read([file({ url_private_download: url })], { apiUrl: null, fetch }))).toBe(
      "unreachable: `policy.yaml` does not lie with slack",
    );
    expect(asked).toBe(0);
  });

  test.each([
    [null, "https://files.slack.com/files-pri/T1-F1/download/p.yaml"],
    ["https://slack-gov.com/api/", "https://files.slack-gov.com/files-pri/T1-F1/download/p.yaml"],
  ])("is sent where files lie beside the Web API %j", async (apiUrl, url) => {
    const fetch = (): Promise<Response> => Promise.resolve(new Response("kind: Tier"));
    expect(await read([file({ url_private_download: url })], { apiUrl, fetch })).toBe("kind: Tier");
  });
});
