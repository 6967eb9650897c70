import { fingerprintOf } from "./keys.js";
import type { ClusterConfig, Config, HostConfig, WorkerConfig } from "./valid.js";

/** What was understood of a configuration, to be printed: secrets as `[secret]`, keys as fingerprints, files as their size. Times are ms. */
export function redactedConfig(config: Config): Record<string, unknown> {
  const shown = { ...config, clusters: config.clusters.map(cluster) };
  return JSON.parse(JSON.stringify(shown)) as Record<string, unknown>;
}

function cluster({ workerKeys, botKeys, hosts, worker: itsWorker, ...plain }: ClusterConfig): Record<string, unknown> {
  return {
    ...plain,
    hosts: hosts.map(host),
    workerKeys: workerKeys.map(fingerprintOf),
    botKeys: botKeys.map(fingerprintOf),
    worker: itsWorker && worker(itsWorker),
  };
}

/** `compute1 10.0.0.11 compute rack=r1 peers=rr1,rr2 maintenance`: a line a host, for there are hundreds. */
function host({ name, address, bgp, role, rack, peers, maintenance, felix, ssh }: HostConfig): string {
  const others = bgp.filter((one) => one !== address);
  const words = [
    name,
    address,
    role,
    others.length > 0 && `bgp=${others.join(",")}`,
    rack !== undefined && `rack=${rack}`,
    peers.length > 0 && `peers=${peers.join(",")}`,
    felix && "felix",
    maintenance && "maintenance",
    !ssh && "no-ssh",
  ];
  return words.filter((word) => word !== false).join(" ");
}

function worker({ ssh, etcd, openstack, ...plain }: WorkerConfig): Record<string, unknown> {
  const hosts = ssh.knownHosts.split("\n").filter((line) => /^[^#\s]/.test(line)).length;
  return {
    ...plain,
    ssh: { ...ssh, knownHosts: `${hosts} line${hosts === 1 ? "" : "s"}` },
    etcd: { ...etcd, ca: sizeOf(etcd.ca), cert: sizeOf(etcd.cert) },
    openstack: openstack && { ...openstack, ca: sizeOf(openstack.ca) },
  };
}

const sizeOf = (text: string | null): string | null => (text === null ? null : `${Buffer.byteLength(text)} bytes`);
