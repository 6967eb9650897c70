import { existsSync, readFileSync } from "node:fs";
import { End } from "./end.js";
import { reasonOf } from "./input/yaml.js";

/** How etcd is reached. */
export interface EtcdConfig {
  endpoints: readonly string[];
  username: string;
  password: string;
  /** PEM, or empty. */
  ca: string;
  cert: string;
  key: string;
}

/** What the client is for: etcd, or Kubernetes that is not there. */
export type ClientConfig = { datastore: "etcdv3"; etcd: EtcdConfig } | { datastore: "kubernetes" };

const standardFile = "/etc/calico/calicoctl.cfg";
const prefix = "failed to parse config as YAML/JSON: ";

/** Fields of the configuration's spec, and the environment variable of each. */
const variables: Readonly<Record<string, string>> = {
  datastoreType: "DATASTORE_TYPE",
  etcdEndpoints: "ETCD_ENDPOINTS",
  etcdUsername: "ETCD_USERNAME",
  etcdPassword: "ETCD_PASSWORD",
  etcdKeyFile: "ETCD_KEY_FILE",
  etcdCertFile: "ETCD_CERT_FILE",
  etcdCACertFile: "ETCD_CA_CERT_FILE",
};
const others = [
  ...["etcdDiscoverySrv", "etcdKey", "etcdCert", "etcdCACert", "kubeconfig", "k8sAPIEndpoint", "k8sKeyFile", "k8sCertFile", "k8sCAFile"],
  ...["k8sAPIToken", "k8sInsecureSkipTLSVerify", "k8sDisableNodePoll", "usePodCIDR", "kubeconfigInline", "k8sClientQPS"],
  ...["k8sCurrentContext", "calicoAPIGroup"],
];

type Spec = Readonly<Record<string, string>>;

/** Why there is no client; printed in other words by each command. */
export class NoClient extends Error {}

/** Reads the configuration: the named file, or the standard one if it exists, else the environment. */
export async function clientConfig(file = standardFile): Promise<ClientConfig> {
  if (!existsSync(file) && file !== standardFile) throw new End(`Error reading config file: ${file}\n`, "stdout");
  const spec = existsSync(file) ? await fromFile(file) : fromEnvironment();
  const datastore = spec["datastoreType"] || (spec["etcdEndpoints"] ? "etcdv3" : "kubernetes");
  if (datastore === "kubernetes") return { datastore };
  if (datastore !== "etcdv3") throw new NoClient(`unknown datastore type: ${datastore}`);
  return { datastore, etcd: etcdConfig(spec) };
}

function fromEnvironment(): Spec {
  const read = (name: string): string => process.env[`CALICO_${name}`] ?? process.env[name] ?? "";
  return Object.fromEntries(Object.entries(variables).map(([field, name]) => [field, read(name)]));
}

async function fromFile(file: string): Promise<Spec> {
  const { parseDocument } = await import("yaml");
  const text = readFileSync(file, "utf8");
  const document = parseDocument(text);
  if (document.errors.length > 0)
    throw new NoClient(`syntax error in ${file}: ${prefix}error converting YAML to JSON: ${reasonOf(text, document.errors)}`);
  const read: unknown = document.toJS();
  const { apiVersion = "", kind = "", spec } = (read ?? {}) as { apiVersion?: string; kind?: string; spec?: object | null };
  const unknown = unknownField(read ?? {}, spec ?? {});
  if (unknown !== undefined)
    throw new NoClient(`syntax error in ${file}: ${prefix}error unmarshaling JSON: while decoding JSON: json: unknown field "${unknown}"`);
  if (apiVersion !== "projectcalico.org/v3")
    throw new NoClient(`syntax error in ${file}: invalid config file: unknown APIVersion '${apiVersion}'`);
  if (kind !== "CalicoAPIConfig")
    throw new NoClient(`syntax error in ${file}: invalid config file: expected kind 'CalicoAPIConfig', got '${kind}'`);
  return Object.fromEntries(Object.entries(spec ?? {}).map(([name, value]) => [name, String(value ?? "")]));
}

function unknownField(top: object, spec: object): string | undefined {
  const outside = Object.keys(top).find((name) => !["apiVersion", "kind", "metadata", "spec"].includes(name));
  return outside ?? Object.keys(spec).find((name) => variables[name] === undefined && !others.includes(name));
}

function etcdConfig(spec: Spec): EtcdConfig {
  const endpoints = (spec["etcdEndpoints"] ?? "").split(",").filter((endpoint) => endpoint !== "");
  if (endpoints.length === 0) throw new NoClient("no etcd endpoints specified");
  const pem = (inline: string, file: string): string => spec[inline] || readPem(spec[file]);
  return {
    endpoints,
    username: spec["etcdUsername"] ?? "",
    password: spec["etcdPassword"] ?? "",
    cert: pem("etcdCert", "etcdCertFile"),
    key: pem("etcdKey", "etcdKeyFile"),
    ca: pem("etcdCACert", "etcdCACertFile"),
  };
}

function readPem(file: string | undefined): string {
  if (!file) return "";
  if (!existsSync(file)) throw new NoClient(`could not initialize etcdv3 client: open ${file}: no such file or directory`);
  return readFileSync(file, "utf8");
}
