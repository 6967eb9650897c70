import { checkChanges } from "./changes.js";
import type { Context } from "./context.js";
import { hostsOf } from "./hosts.js";
import type { Path } from "./path.js";
import { publicKey, signingKey } from "./pem.js";
import type { RawCluster, RawWorker } from "./raw.js";
import type { ClusterConfig, EtcdConfig, OpenStackConfig, Secret, WorkerConfig } from "./valid.js";

/** A cluster as the program may trust it, with the secrets of its worker if the process is one. */
export async function clusterOf(raw: RawCluster, index: number, context: Context): Promise<ClusterConfig> {
  const path = ["clusters", index];
  const { name, region, thresholds } = raw;
  const mine = isMine(raw, context);
  const keys = (field: "workerKeys" | "botKeys"): Promise<string[]> =>
    context.role !== "worker" || mine
      ? Promise.all(raw[field].map((key, i) => publicKey(key, [...path, field, i], context)))
      : Promise.resolve([]);
  const [workerKeys, botKeys] = await Promise.all([keys("workerKeys"), keys("botKeys")]);
  needKeys(raw, path, { ...context, mine });
  const worker = raw.worker && mine ? await workerOf(raw.worker, [...path, "worker"], context) : null;
  const hosts = hostsOf(raw, path, context);
  checkChanges(raw, path, { ...context, hosts: hosts.map((host) => host.name) });
  return { name, region, hosts, thresholds, workerKeys, botKeys, changes: raw.changes ?? null, worker };
}

/** Whether this process is to have the secrets of a cluster's worker. */
function isMine({ name, worker }: RawCluster, { role, cluster }: Context): boolean {
  return worker !== undefined && (role === "check" || (role === "worker" && (cluster === null || cluster === name)));
}

function needKeys(raw: RawCluster, path: Path, { role, complain, mine }: Context & { mine: boolean }): void {
  const hint = "`calico-chatops keys make NAME` writes them";
  if ((role === "bot" || role === "terminal") && raw.workerKeys.length === 0)
    complain([...path, "workerKeys"], `cluster ${raw.name} names no key of a worker`, hint);
  if (role === "worker" && mine && raw.botKeys.length === 0)
    complain([...path, "botKeys"], `cluster ${raw.name} names no key of a bot`, hint);
}

async function workerOf(raw: RawWorker, path: Path, context: Context): Promise<WorkerConfig> {
  const { ssh } = raw;
  const at = { path, resolver: context.resolver };
  return {
    id: raw.id,
    health: raw.health ?? null,
    signingKey: await signingKey(raw.signingKey, [...path, "signingKey"], context),
    concurrency: raw.concurrency,
    ssh: {
      ...ssh,
      privateKey: await sshKey(ssh.privateKey, [...path, "ssh", "privateKey"], context),
      knownHosts: await text(at, ssh.knownHosts, "ssh.knownHosts"),
    },
    etcd: await etcdOf(raw.etcd, at),
    calicoctl: raw.calicoctl ?? null,
    openstack: raw.openstack ? await openstackOf(raw.openstack, at) : null,
    birdc: raw.birdc,
    units: raw.units,
    changes: raw.changes ? { leastApprovers: raw.changes.leastApprovers, kinds: raw.changes.kinds ?? null } : null,
  };
}

async function sshKey(reference: string, path: Path, { resolver, complain }: Context): Promise<Secret> {
  const secret = await resolver.secret(reference, path);
  const value = secret.reveal();
  if (value !== "" && !value.includes("PRIVATE KEY-----"))
    complain(path, "this is not a private key", "name the key itself, not its .pub file");
  return secret;
}

async function etcdOf(raw: RawWorker["etcd"], at: At): Promise<EtcdConfig> {
  return {
    endpoints: raw.endpoints,
    ca: raw.ca === undefined ? null : await text(at, raw.ca, "etcd.ca"),
    cert: raw.cert === undefined ? null : await text(at, raw.cert, "etcd.cert"),
    key: raw.key === undefined ? null : await secret(at, raw.key, "etcd.key"),
    username: raw.username ?? null,
    password: raw.password === undefined ? null : await secret(at, raw.password, "etcd.password"),
    timeout: raw.timeout,
  };
}

async function openstackOf(raw: NonNullable<RawWorker["openstack"]>, at: At): Promise<OpenStackConfig> {
  return {
    ...raw,
    region: raw.region ?? null,
    ca: raw.ca === undefined ? null : await text(at, raw.ca, "openstack.ca"),
    password: await secret(at, raw.password, "openstack.password"),
  };
}

interface At extends Pick<Context, "resolver"> {
  path: Path;
}

const text = ({ path, resolver }: At, reference: string, below: string): Promise<string> =>
  resolver.text(reference, [...path, ...below.split(".")]);
const secret = ({ path, resolver }: At, reference: string, below: string): Promise<Secret> =>
  resolver.secret(reference, [...path, ...below.split(".")]);
