import { X509Certificate } from "node:crypto";
import { connect } from "node:tls";
import type { Certificate } from "../../src/cluster/etcd.js";
import type { EtcdConfig } from "../../src/config/valid.js";

/** Ms for which an endpoint is not asked for its certificate again: a handshake a member at every status would be noise in its log. */
const fresh = 5 * 60_000;

/**
 * Reads when what the worker shows to etcd, trusts there and is shown by each endpoint ends to be valid. What an endpoint showed counts
 * for five minutes and says when that was; one that showed nothing is asked again at the next read.
 */
export function createCertificates(config: EtcdConfig, now: () => number = Date.now): () => Promise<Certificate[]> {
  const tls = config.endpoints.filter((endpoint) => endpoint.startsWith("https:"));
  if (tls.length === 0) return () => Promise.resolve([]);
  const own = [...inFile("client certificate", config.cert), ...inFile("authority", config.ca)];
  const last = new Map<string, Certificate & { seen: number }>();
  const shown = async (endpoint: string): Promise<Certificate[]> => {
    const known = last.get(endpoint);
    if (known !== undefined && now() - known.seen < fresh) return [known];
    last.delete(endpoint);
    const found = await shownBy(new URL(endpoint), config);
    if (found === null) return [];
    const seen = { ...found, seen: now() };
    last.set(endpoint, seen);
    return [seen];
  };
  return async () => [...own, ...(await Promise.all(tls.map(shown))).flat()];
}

const block = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

function inFile(what: string, pem: string | null): Certificate[] {
  if (pem === null) return [];
  const found = pem.match(block) ?? [];
  if (found.length === 0) return [{ what, subject: "", notAfter: null, problem: "the file holds no certificate" }];
  return found.map((text) => read(what, text));
}

function read(what: string, der: string | Buffer): Certificate {
  try {
    const { subject, validTo } = new X509Certificate(der);
    return { what, subject: nameIn(subject), notAfter: Date.parse(validTo), problem: null };
  } catch {
    return { what, subject: "", notAfter: null, problem: "it cannot be read as a certificate" };
  }
}

const nameIn = (subject: string): string => /^CN=(.+)$/m.exec(subject)?.[1] ?? subject.replaceAll("\n", ", ");

/**
 * What an endpoint shows in its handshake, also when it is expired or of an unknown authority: nothing is sent over this
 * connection, and the data goes over others that check it. Null = no handshake; the member's health says why.
 */
function shownBy(url: URL, { ca, cert, key, timeout }: EtcdConfig): Promise<Certificate | null> {
  const pair = cert !== null && key !== null ? { cert, key: key.reveal() } : {};
  return new Promise((resolve) => {
    try {
      const to = { host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port || 2379) };
      const socket = connect({ ...to, ...(ca === null ? {} : { ca }), ...pair, rejectUnauthorized: false, timeout });
      const end = (found: Certificate | null): void => {
        socket.destroy();
        resolve(found);
      };
      socket.once("secureConnect", () => {
        const { raw } = socket.getPeerCertificate();
        end(raw === undefined ? null : read(`server certificate of ${url.host}`, raw));
      });
      socket.once("timeout", () => end(null));
      socket.once("error", () => end(null));
      socket.once("close", () => resolve(null));
    } catch {
      // A key that cannot be used: connecting for data says so.
      resolve(null);
    }
  });
}
