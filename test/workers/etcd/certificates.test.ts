import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTls } from "node:tls";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { hidden } from "../../../src/config/secrets.js";
import type { EtcdConfig } from "../../../src/config/valid.js";
import { createCertificates } from "../../../workers/etcd/certificates.js";

const folder = mkdtempSync(join(tmpdir(), "certificates-"));
const servers: Server[] = [];
const made = { cert: "", key: "" };
const day = 86_400_000;

beforeAll(() => {
  const files = { key: join(folder, "key.pem"), cert: join(folder, "cert.pem") };
  execFileSync(
    "openssl",
    [
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-subj",
      "/O=lab/CN=etcd client",
      "-days",
      "12",
      "-keyout",
      files.key,
      "-out",
      files.cert,
    ],
    { stdio: "ignore" },
  );
  made.cert = readFileSync(files.cert, "utf8");
  made.key = readFileSync(files.key, "utf8");
});
afterAll(() => {
  for (const server of servers) server.close();
});

async function listening(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const config = (change: Partial<EtcdConfig>): EtcdConfig => ({
  endpoints: [],
  ca: null,
  cert: null,
  key: null,
  username: null,
  password: null,
  timeout: 500,
  ...change,
});

test("ends of the client's, the authority's and every endpoint's certificate are told", async () => {
  const endpoint = await listening(createTls({ cert: made.cert, key: made.key }));

  const found = await createCertificates(config({ endpoints: [endpoint], ca: made.cert, cert: made.cert, key: hidden(made.key) }))();

  expect(found.map(({ what }) => what)).toEqual(["client certificate", "authority", `server certificate of ${endpoint.slice(8)}`]);
  for (const { subject, notAfter, problem } of found) {
    expect({ subject, problem }).toEqual({ subject: "etcd client", problem: null });
    expect(Math.abs((notAfter ?? 0) - Date.now() - 12 * day)).toBeLessThan(day / 2);
  }
});

test("a bundle is told certificate by certificate, and what is none is named", async () => {
  const endpoint = await listening(createTls({ cert: made.cert, key: made.key }));
  const broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";

  const found = await createCertificates(config({ endpoints: [endpoint], ca: `${made.cert}\n${broken}`, cert: "nothing" }))();

  expect(found.map(({ what, problem }) => [what, problem])).toEqual([
    ["client certificate", "the file holds no certificate"],
    ["authority", null],
    ["authority", "it cannot be read as a certificate"],
    [`server certificate of ${endpoint.slice(8)}`, null],
  ]);
});

test("an endpoint that never answers costs its deadline; without TLS nothing is asked", async () => {
  const silent = await listening(createServer(() => {}));
  const began = Date.now();

  expect(await createCertificates(config({ endpoints: [silent], cert: made.cert }))()).toHaveLength(1);
  expect(Date.now() - began).toBeLessThan(2000);
  expect(await createCertificates(config({ endpoints: ["http://127.0.0.1:1"], cert: made.cert }))()).toEqual([]);
});

test("an endpoint is asked for its certificate every five minutes, and one that showed none at the next read", async () => {
  let now = 1_000_000;
  let handshakes = 0;
  const server = createTls({ cert: made.cert, key: made.key }).on("connection", () => handshakes++);
  const endpoint = await listening(server);
  const silent = "https://127.0.0.1:9";
  const read = createCertificates(config({ endpoints: [endpoint, silent] }), () => now);
  const seen = async (): Promise<unknown[]> => (await read()).map((one) => [one.what, one.seen]);

  expect(await seen()).toEqual([[`server certificate of ${endpoint.slice(8)}`, 1_000_000]]);
  now += 4 * 60_000;
  expect(await seen()).toEqual([[`server certificate of ${endpoint.slice(8)}`, 1_000_000]]);
  expect(handshakes).toBe(1);
  now += 60_000;
  expect(await seen()).toEqual([[`server certificate of ${endpoint.slice(8)}`, 1_300_000]]);
  expect(handshakes).toBe(2);

  server.close();
  now += 5 * 60_000;
  expect(await seen()).toEqual([]);
});
