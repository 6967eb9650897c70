import type { Destination } from "../../src/cluster/bird.js";
import { bounded } from "../ssh/bounded.js";
import { quote } from "../ssh/quote.js";

/** What is asked of units, by any systemd since 219. */
const properties =
  "Id,LoadState,ActiveState,SubState,NRestarts,Result,ExecMainStatus,ExecMainCode,ActiveEnterTimestamp,InactiveEnterTimestamp,StateChangeTimestamp";
/** Packages whose versions explain behaviour, under every name they ship by. */
const packages = [
  ...["calico-felix", "calico-common", "calico-compute", "calico-control", "calico-dhcp-agent", "networking-calico"],
  ...["python3-networking-calico", "bird", "bird2", "neutron-common", "openstack-neutron-common", "nova-compute", "etcd-server", "etcd"],
];

type Question = readonly [title: string, ...argv: string[]];

/** One shell script of questions, each under its own deadline in seconds; every word of it is quoted. */
export function script(questions: readonly Question[], { mark, seconds }: { mark: string; seconds: number }): string {
  const asks = questions.map(([title, ...argv]) => {
    const call = quote(bounded(seconds, argv));
    return `echo ${quote([`${mark} ${title}`])}; ${call} 2>&1 </dev/null; R=$?; echo; echo ${quote([`${mark} end`])} $R`;
  });
  return asks.join("\n");
}

/** What is read about the machine itself; none of it needs rights. */
export function machineQuestions(units: readonly string[]): Question[] {
  const names = [...packages];
  return [
    ["date", "date", "+%s"],
    ["uptime", "cat", "/proc/uptime"],
    ["kernel", "uname", "-r"],
    ["forward4", "cat", "/proc/sys/net/ipv4/ip_forward"],
    ["forward6", "cat", "/proc/sys/net/ipv6/conf/all/forwarding"],
    ["conntrack", "cat", "/proc/sys/net/netfilter/nf_conntrack_count", "/proc/sys/net/netfilter/nf_conntrack_max"],
    ["addresses", "ip", "-j", "addr"],
    // In UTC, because a zone's name cannot be read back.
    ["units", "env", "TZ=UTC", "LC_ALL=C", "systemctl", "show", "--no-pager", "-p", properties, ...units.map((unit) => `${unit}.service`)],
    ["dpkg", "dpkg-query", "-W", "-f", "${db:Status-Status} ${Package} ${Version}\\n", ...names],
    ["rpm", "rpm", "-q", "--qf", "installed %{NAME} %{VERSION}-%{RELEASE}\\n", ...names],
  ];
}

/** What is read about the way to one destination. */
export function routeQuestions({ family, address, length }: Destination): Question[] {
  const ip = ["ip", "-j", family === 6 ? "-6" : "-4", "route"];
  return [
    ["used", ...ip, "get", address],
    ["matching", ...ip, "show", "match", `${address}/${length}`],
  ];
}

/** A new TCP connection; address and port are arguments of a fixed script. */
export function connectQuestions({ address, port }: { address: string; port: number }): Question[] {
  return [["connect", "bash", "-c", 'exec 3<>"/dev/tcp/$1/$2"', "bash", address, String(port)]];
}
