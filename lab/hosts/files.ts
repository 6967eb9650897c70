import { createHash } from "node:crypto";
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { etcdEndpoint, type LabHost, region, tapOf, type Workload } from "../site.js";
import { type BirdStyle, birdConf } from "./bird.js";

export interface Making {
  /** The lab's folder. */
  dir: string;
  hosts: readonly LabHost[];
  workloads: readonly Workload[];
  bird: BirdStyle;
  felix: { ttl: number; every: number };
  /** Program shown to the hosts as `calicoctl`; null = none. */
  calicoctl: string | null;
}

/** Writes everything that one host's root gets on top of the machine's programs. Returns the host's folder. */
export function writeHostFiles(host: LabHost, making: Making): string {
  const folder = join(making.dir, host.name);
  const put = (path: string, text: string, mode = 0o644): void => {
    const file = join(folder, "files", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode });
  };
  mkdirSync(join(folder, "root"), { recursive: true });
  put("etc/hostname", `${host.name}\n`);
  put("etc/machine-id", `${createHash("md5").update(host.name).digest("hex")}\n`);
  put("etc/hosts", `127.0.0.1 localhost\n${making.hosts.map(({ address, name }) => `${address} ${name}`).join("\n")}\n`);
  put("etc/bird/bird.conf", birdConf(host, making.hosts, making.bird));
  put("etc/calico/calicoctl.cfg", calicoctlConfig);
  put("etc/ssh/lab_sshd_config", sshdConfig);
  for (const [name, text] of Object.entries(units(host, making))) put(`etc/systemd/system/${name}`, text);
  for (const name of ["service", "socket"]) put(`etc/systemd/system/dbus.${name}.d/lab.conf`, "[Unit]\nDefaultDependencies=no\n");
  put("var/lib/etcd/.keep", "");
  mkdirSync(join(folder, "files/run/lab"), { recursive: true });
  cpSync(join(import.meta.dirname, "felix.sh"), join(folder, "files/run/lab/felix.sh"));
  cpSync(join(making.dir, "id.pub"), join(folder, "files/run/lab/id.pub"));
  cpSync(join(making.dir, `${host.name}.key`), join(folder, "files/run/lab/ssh_host_key"));
  chmodSync(join(folder, "files/run/lab/ssh_host_key"), 0o600);
  writeFileSync(join(folder, "calicoctl.path"), making.calicoctl ?? "");
  writeFileSync(join(folder, "node.path"), making.calicoctl === null ? "" : process.execPath);
  writeFileSync(join(folder, "net.sh"), network(host, making));
  return folder;
}

const calicoctlConfig = `apiVersion: projectcalico.org/v3\nkind: CalicoAPIConfig\nmetadata:\nspec:\n  datastoreType: etcdv3\n  etcdEndpoints: ${etcdEndpoint}\n`;

const sshdConfig = [
  "Port 22",
  "HostKey /run/lab/ssh_host_key",
  "AuthorizedKeysFile /run/lab/id.pub",
  "StrictModes no",
  "UsePAM no",
  "PasswordAuthentication no",
  "PermitRootLogin prohibit-password",
  "MaxStartups 100",
  "UseDNS no",
  "SetEnv PATH=/run/lab:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  "",
].join("\n");

function units(host: LabHost, making: Making): Record<string, string> {
  const services: Record<string, string> = {
    ssh: service("/usr/sbin/sshd -D -e -f /etc/ssh/lab_sshd_config", ["Restart=on-failure", "RestartSec=1", "KillMode=process"]),
    // argv[0] is plain `bird`: calicoctl looks for exactly that.
    bird: service("@/usr/sbin/bird bird -f -c /etc/bird/bird.conf -s /run/calico/bird.ctl"),
  };
  if (host.role === "control")
    services["etcd"] = service(
      `/usr/bin/etcd --name ${host.name} --data-dir /var/lib/etcd/lab --listen-client-urls http://0.0.0.0:2379 --advertise-client-urls ${etcdEndpoint} --unsafe-no-fsync`,
    );
  if (host.role === "compute")
    services["calico-felix"] = service("@/bin/bash calico-felix /run/lab/felix.sh", felixEnvironment(host, making));
  const wants = Object.keys(services).map((name) => `${name}.service`);
  const target = `[Unit]\nDescription=lab host\nAllowIsolate=yes\nWants=systemd-journald.service dbus.socket ${wants.join(" ")}\n`;
  return { ...Object.fromEntries(Object.entries(services).map(([name, text]) => [`${name}.service`, text])), "lab.target": target };
}

function service(command: string, more: readonly string[] = []): string {
  return ["[Unit]", "DefaultDependencies=no", "[Service]", `ExecStart=${command}`, ...more, ""].join("\n");
}

function felixEnvironment(host: LabHost, { workloads, felix }: Making): string[] {
  const ports = workloads
    .filter((workload) => workload.host === host.name)
    .map((workload) => `${tapOf(workload)} ${workload.deviceId} ${workload.portId}`);
  const values = {
    ETCDCTL_ENDPOINTS: etcdEndpoint,
    FELIX_HOST: host.name,
    FELIX_REGION: region,
    FELIX_TTL: felix.ttl,
    FELIX_EVERY: felix.every,
    FELIX_PORTS: ports.join("\\n"),
  };
  return Object.entries(values).map(([name, value]) => `Environment="${name}=${value}"`);
}

/** Addresses, forwarding, and on computes a namespace for every VM with the routes that felix would program. */
function network(host: LabHost, { hosts, workloads }: Making): string {
  const reflector = hosts.find((other) => other.role === "reflector");
  const gateway = host.role === "reflector" ? "192.168.10.2" : (reflector?.address ?? "192.168.10.2");
  return [
    "ip link set lo up",
    "ip link set eth0 up mtu 1500",
    `ip addr add ${host.address}/24 dev eth0`,
    `ip route add default via ${gateway}`,
    "sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.eth0.send_redirects=0",
    ...workloads.filter((workload) => workload.host === host.name).flatMap(vm),
    "",
  ].join("\n");
}

function vm(workload: Workload): string[] {
  const tap = tapOf(workload);
  const inside = `ip -n vm-${workload.name}`;
  return [
    `ip netns add vm-${workload.name}`,
    `ip link add ${tap} type veth peer name eth0 netns vm-${workload.name} address ${workload.mac}`,
    `ip link set ${tap} up`,
    `sysctl -qw net.ipv4.conf.${tap}.proxy_arp=1 net.ipv4.neigh.${tap}.proxy_delay=0`,
    `ip route add ${workload.address}/32 dev ${tap} scope link proto boot`,
    `${inside} link set lo up`,
    `${inside} link set eth0 up`,
    `${inside} addr add ${workload.address}/24 dev eth0`,
    `${inside} route add 169.254.1.1 dev eth0 scope link`,
    `${inside} route add default via 169.254.1.1 dev eth0`,
  ];
}

/** known_hosts of the lab: every host by address and name. */
export function knownHosts(dir: string, hosts: readonly LabHost[]): string {
  return hosts
    .map(
      ({ name, address }) =>
        `${address},${name} ${readFileSync(join(dir, `${name}.key.pub`), "utf8")
          .split(" ")
          .slice(0, 2)
          .join(" ")
          .trim()}\n`,
    )
    .join("");
}
