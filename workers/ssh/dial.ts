import { Client, type ConnectConfig } from "ssh2";
import type { Host } from "../../src/cluster/inventory.js";
import type { SshConfig } from "../../src/config/valid.js";
import { type FailureError, fail } from "../../src/contract/failure.js";
import { fingerprint, isKnown } from "./known-hosts.js";
import { takesConnections } from "./probe.js";

/** Opens one SSH connection, verified by the keys that are known by address. Throws `unreachable`, `host_key`, `credentials` or `timeout`. */
export async function dial(host: Host, config: SshConfig, known: ReadonlyMap<string, readonly Buffer[]>): Promise<Client> {
  const client = new Client();
  let presented: Buffer | null = null;
  const keys = known.get(host.address) ?? [];
  const hostVerifier = (key: Buffer): boolean => {
    presented = isKnown(keys, key) ? null : key;
    return presented === null;
  };
  return new Promise((resolve, reject) => {
    // Stays for the life of the client: ssh2 may report several errors, also after it was ready (a reset, a missed
    // keepalive). Only the first one answers; destroying makes the pool hear of the rest.
    client.on("error", (error: SshError) => {
      client.destroy();
      void explain(error, { host, config, presented, known: keys.length > 0 }).then(reject);
    });
    client.once("ready", () => resolve(client));
    client.connect({ ...settings(host, config), hostVerifier });
  });
}

function settings(host: Host, config: SshConfig): ConnectConfig {
  return {
    host: host.address,
    port: config.port,
    username: config.user,
    privateKey: config.privateKey.reveal(),
    readyTimeout: config.connectTimeout,
    keepaliveInterval: 5000,
    keepaliveCountMax: 2,
    // No DH group exchange: it blocks the event loop for seconds.
    algorithms: {
      kex: [
        "curve25519-sha256",
        "curve25519-sha256@libssh.org",
        "ecdh-sha2-nistp256",
        "ecdh-sha2-nistp384",
        "diffie-hellman-group14-sha256",
        "diffie-hellman-group16-sha512",
      ],
    },
  };
}

interface SshError extends Error {
  level?: string;
  code?: string;
}

interface Attempt {
  host: Host;
  config: SshConfig;
  /** The key that was refused, if that was it. */
  presented: Buffer | null;
  known: boolean;
}

async function explain(error: SshError, { host, config, presented, known }: Attempt): Promise<FailureError> {
  const place = `${host.name} (${host.address}:${config.port})`;
  if (presented !== null) {
    const what = known ? "shows another host key than the known one" : "has no key in known_hosts";
    return fail("host_key", `${place} ${what}: ${fingerprint(presented)}`, { cause: error });
  }
  if (error.level === "client-authentication")
    return fail("credentials", `${place} refused the key of user ${config.user}`, { cause: error });
  if (error.level === "client-timeout") return explainSilence(host, config, config.connectTimeout);
  const words =
    reasons[error.code ?? ""] ??
    (error.level === "protocol" ? "dropped the connection before the handshake (MaxStartups?)" : "could not be connected");
  return fail("unreachable", `${place} ${words}`, { cause: error });
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "refused the connection: no sshd listens there",
  EHOSTUNREACH: "has no route: host or path is down",
  ENETUNREACH: "has no route from the worker",
  ECONNRESET: "reset the connection",
  ENOTFOUND: "has no address",
};

/** A hung sshd and a cut-off host look the same to SSH; a plain connect tells them apart. */
export async function explainSilence(host: Host, { port }: SshConfig, waited: number): Promise<FailureError> {
  const place = `${host.name} (${host.address}:${port})`;
  const open = await takesConnections(host.address, port);
  const seconds = waited / 1000;
  if (open) return fail("unreachable", `${place}: the port takes connections but sshd said nothing in ${seconds} s; it hangs`);
  return fail("unreachable", `${place} gave no sign of life in ${seconds} s: host gone, or tcp/${port} is dropped`);
}
