import type { EtcdConfig } from "../../src/config/valid.js";
import type { Write } from "../local/private-folder.js";

/** Where calicoctl finds what it may not be told by argv or environment. */
export interface SettingsFile {
  /** Path of a calicoctl configuration with endpoints, user and the paths of certificates. */
  config: string;
}

/** Writes etcd's certificate, key and password, and the configuration that names them. */
export function writeSettings(etcd: EtcdConfig, write: Write): SettingsFile {
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
  return { config };
}
