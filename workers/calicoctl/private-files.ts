import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EtcdConfig } from "../../src/config/valid.js";

/** Where calicoctl finds what it may not be told by argv or environment. */
export interface PrivateFiles {
  /** Path of a calicoctl configuration with endpoints, user and the paths of certificates. */
  config: string;
  /** An empty folder. */
  home: string;
}

export interface PrivateFolder {
  /** The files as they are now, made anew if a cleaner of temporary folders took one. */
  files(): PrivateFiles;
  remove(): void;
}

/** Keeps etcd's certificate, key and password in files that only this account can read, until remove() or the end of the process. */
export function createPrivateFolder(etcd: EtcdConfig): PrivateFolder {
  let made: { folder: string; all: string[]; files: PrivateFiles } | null = null;
  const remove = (): void => {
    if (made !== null) rmSync(made.folder, { recursive: true, force: true });
    made = null;
    process.removeListener("exit", remove);
  };
  return {
    files() {
      if (made !== null && made.all.every((file) => existsSync(file))) return made.files;
      remove();
      made = make(etcd);
      process.once("exit", remove);
      return made.files;
    },
    remove,
  };
}

function make(etcd: EtcdConfig): { folder: string; all: string[]; files: PrivateFiles } {
  // Only this account may enter what mkdtemp makes.
  const folder = mkdtempSync(join(tmpdir(), "calico-chatops-"));
  const all: string[] = [];
  const write = (name: string, text: string): string => {
    const file = join(folder, name);
    writeFileSync(file, text, { mode: 0o600, flag: "wx" });
    all.push(file);
    return file;
  };
  const home = join(folder, "home");
  mkdirSync(home, { mode: 0o700 });
  const spec = {
    datastoreType: "etcdv3",
    etcdEndpoints: etcd.endpoints.join(","),
    ...(etcd.ca === null ? {} : { etcdCACertFile: write("ca.pem", etcd.ca) }),
    ...(etcd.cert === null ? {} : { etcdCertFile: write("cert.pem", etcd.cert) }),
    ...(etcd.key === null ? {} : { etcdKeyFile: write("key.pem", etcd.key.reveal()) }),
    ...(etcd.username === null ? {} : { etcdUsername: etcd.username, etcdPassword: etcd.password?.reveal() ?? "" }),
  };
  // JSON is YAML, which is what calicoctl reads.
  const config = write(
    "calicoctl.cfg",
    JSON.stringify({ apiVersion: "projectcalico.org/v3", kind: "CalicoAPIConfig", metadata: {}, spec }),
  );
  return { folder, all: [...all, home], files: { config, home } };
}
