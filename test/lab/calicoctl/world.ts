import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RealEtcd, startEtcd } from "../../support/etcd.js";
import { freePort } from "../../support/sshd.js";

export interface Key {
  key: string;
  value: string;
}

const clusterInformation = "/calico/resources/v3/projectcalico.org/clusterinformations/default";

/** The cluster of the recordings. */
export const keyspace: readonly Key[] = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../golden/etcd/keyspace.json"), "utf8"),
) as Key[];

type Information = Readonly<Record<string, string | null>> | string | null;

/** A real etcd that holds a keyspace. */
export interface Loaded {
  endpoint: string;
  load(keys: readonly Key[]): Promise<void>;
  put(key: Key): Promise<void>;
  /** Removes keys, whether they are there or not. */
  remove(keys: readonly string[]): void;
  /** Changes the cluster's information; null removes it, a text replaces it as it is. */
  inform(spec: Information): Promise<void>;
  /** Values below a prefix by key. */
  values(prefix: string): ReadonlyMap<string, string>;
  /** Revision of each key, and of the whole store. */
  revisions(): { of: ReadonlyMap<string, string>; store: string };
  stop(): void;
}

export async function loadedEtcd(keys: readonly Key[] = keyspace): Promise<Loaded> {
  const etcd = await startEtcd(["--max-txn-ops", "10000"]);
  const put = (key: Key): Promise<void> => write(etcd.endpoint, [key]);
  const load = (all: readonly Key[]): Promise<void> => {
    etcd.ctl(["del", "--prefix", "/calico/"]);
    return write(etcd.endpoint, all);
  };
  await load(keys);
  return {
    endpoint: etcd.endpoint,
    load,
    put,
    remove(keys) {
      for (const key of keys) etcd.ctl(["del", key]);
    },
    inform: (spec) => inform(etcd, put, spec),
    values(prefix) {
      const { kvs = [] } = JSON.parse(etcd.ctl(["get", "--prefix", prefix, "-w", "json"])) as { kvs?: { key: string; value: string }[] };
      const plain = (text: string): string => Buffer.from(text, "base64").toString();
      return new Map(kvs.map(({ key, value }) => [plain(key), plain(value)]));
    },
    revisions: () => revisions(etcd),
    stop: etcd.stop,
  };
}

async function inform(etcd: RealEtcd, put: Loaded["put"], spec: Information): Promise<void> {
  if (spec === null) return void etcd.ctl(["del", clusterInformation]);
  if (typeof spec === "string") return put({ key: clusterInformation, value: spec });
  const stored = JSON.parse(keyspace.find(({ key }) => key === clusterInformation)?.value ?? "") as { spec: object };
  const changed = Object.entries({ ...stored.spec, ...spec }).filter(([, value]) => value !== null);
  await put({ key: clusterInformation, value: JSON.stringify({ ...stored, spec: Object.fromEntries(changed) }) });
}

function revisions(etcd: RealEtcd): ReturnType<Loaded["revisions"]> {
  const { header, kvs } = JSON.parse(etcd.ctl(["get", "--prefix", "/calico/", "-w", "json"])) as {
    header: { revision: number };
    kvs: { key: string; mod_revision: number }[];
  };
  const of = new Map(kvs.map((kv) => [Buffer.from(kv.key, "base64").toString(), String(kv.mod_revision)]));
  return { of, store: String(header.revision) };
}

/** Writes keys in one go. */
async function write(endpoint: string, keys: readonly Key[]): Promise<void> {
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const success = keys.map(({ key, value }) => ({ requestPut: { key: base64(key), value: base64(value) } }));
  const answer = await fetch(`${endpoint}/v3/kv/txn`, { method: "POST", body: JSON.stringify({ success }) });
  if (!answer.ok) throw new Error(`etcd did not take the keys: ${await answer.text()}`);
}

/** An etcd that wants a user and a password. */
export async function guardedEtcd(): Promise<Loaded> {
  const etcd = await loadedEtcd();
  const ctl = (...args: string[]): void =>
    void execFileSync("/usr/bin/etcdctl", args, { env: { ETCDCTL_API: "3", ETCDCTL_ENDPOINTS: etcd.endpoint }, stdio: "ignore" });
  const users = { root: "r00t", calico: "s3cret", reader: "r3ader", nobody: "n0body" };
  for (const [name, password] of Object.entries(users)) ctl("user", "add", `${name}:${password}`);
  for (const role of ["root", "calico", "reader"]) {
    ctl("role", "add", role);
    ctl("user", "grant-role", role, role);
  }
  ctl("role", "grant-permission", "calico", "--prefix=true", "readwrite", "/calico/");
  ctl("role", "grant-permission", "reader", "--prefix=true", "read", "/calico/");
  ctl("auth", "enable");
  return etcd;
}

export interface Tls {
  endpoint: string;
  /** Folder with the certificates, by the names that the recordings have. */
  folder: string;
  stop(): void;
}

/** An etcd that wants a client certificate, and certificates good and bad. */
export async function tlsEtcd(): Promise<Tls> {
  const folder = mkdtempSync(join(tmpdir(), "calicoctl-tls-"));
  makeCertificates(folder);
  const file = (name: string): string => join(folder, name);
  const endpoint = `https://127.0.0.1:${await freePort()}`;
  const files = ["--cert-file", file("server.crt"), "--key-file", file("server.key"), "--trusted-ca-file", file("ca.crt")];
  const etcd = await startEtcd((plain) => [
    ...["--listen-client-urls", `${plain},${endpoint}`, "--advertise-client-urls", plain],
    ...["--max-txn-ops", "10000", "--client-cert-auth", ...files],
  ]);
  await write(etcd.endpoint, keyspace);
  const stop = (): void => {
    etcd.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { endpoint, folder, stop };
}

function makeCertificates(folder: string): void {
  const openssl = (...args: string[]): void => void execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
  mkdirSync(folder, { recursive: true });
  const key = (name: string): void => openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", `${name}.key`);
  for (const ca of ["ca", "otherca"]) {
    key(ca);
    openssl("req", "-x509", "-new", "-key", `${ca}.key`, "-subj", `/CN=${ca}`, "-days", "2", "-out", `${ca}.crt`);
  }
  writeFileSync(join(folder, "ext"), "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n");
  for (const [name, days] of [
    ["server", "2"],
    ["client", "2"],
    ["expired", "-1"],
  ] as const) {
    key(name);
    openssl("req", "-new", "-key", `${name}.key`, "-subj", `/CN=${name}`, "-out", `${name}.csr`);
    const signer = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial"];
    openssl("x509", "-req", "-in", `${name}.csr`, ...signer, "-days", days, "-extfile", "ext", "-out", `${name}.crt`);
  }
}

/** A port that takes connections and never says a word. */
export async function silentPort(): Promise<{ port: number; stop(): void }> {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const stop = (): void => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { port, stop };
}
