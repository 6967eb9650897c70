/** A way to break the site, as data: the demo's panel, the tests and the command line use the same list. */
export interface Fault {
  name: string;
  title: string;
  host: string;
  /** Commands run as root on the host. */
  inject: readonly (readonly string[])[];
  heal: readonly (readonly string[])[];
  /** What the status says then: its first line (a pattern) and the object it names. */
  expect: { firstLine: string; object: string };
}

const shell = (text: string): readonly string[] => ["sh", "-ec", text];
const mainPid = (unit: string): string => `$(systemctl show -p MainPID --value ${unit})`;

/** Faults of a site of four hosts; every one can be taken back. */
export const faults: readonly Fault[] = [
  {
    name: "peer-disabled",
    title: "BGP session compute1 - compute2 disabled on compute1",
    host: "compute1",
    inject: [["birdc", "disable", "Mesh_192_168_10_12"]],
    heal: [["birdc", "enable", "Mesh_192_168_10_12"]],
    expect: { firstLine: "YELLOW: BGP session compute1 - compute2 is down: disabled on compute1", object: "compute1" },
  },
  {
    name: "wrong-as",
    title: "compute1 expects a wrong AS number of rr1",
    host: "compute1",
    inject: [shell('sed -i "s/192.168.10.254 as 64512/192.168.10.254 as 64999/" /etc/bird/bird.conf; birdc configure')],
    heal: [
      shell(
        'sed -i "s/192.168.10.254 as 64999/192.168.10.254 as 64512/" /etc/bird/bird.conf; birdc configure; birdc restart Global_192_168_10_254',
      ),
    ],
    expect: { firstLine: "YELLOW: BGP session compute1 - rr1 is down: wrong AS number: compute1 expects AS 64999", object: "compute1" },
  },
  {
    name: "rr-stopped",
    title: "BIRD stopped on the route reflector",
    host: "rr1",
    inject: [["systemctl", "stop", "bird"]],
    heal: [["systemctl", "start", "bird"]],
    expect: { firstLine: "RED: route reflector rr1: BIRD is stopped", object: "rr1" },
  },
  {
    name: "bird-hung",
    title: "BIRD hangs on compute2",
    host: "compute2",
    inject: [shell(`kill -STOP ${mainPid("bird")}`)],
    heal: [shell(`kill -CONT ${mainPid("bird")}`)],
    expect: { firstLine: "RED: compute2: BIRD hangs", object: "compute2" },
  },
  {
    name: "bird-killed",
    title: "BIRD killed on compute2",
    host: "compute2",
    inject: [["systemctl", "kill", "-s", "KILL", "bird"]],
    heal: [
      ["systemctl", "reset-failed", "bird"],
      ["systemctl", "start", "bird"],
    ],
    expect: { firstLine: "RED: compute2: BIRD is dead", object: "compute2" },
  },
  {
    name: "host-gone",
    title: "compute1 cut off from everything",
    host: "compute1",
    inject: [["ip", "link", "set", "eth0", "down"]],
    heal: [shell("ip link set eth0 up; ip route replace default via 192.168.10.254")],
    expect: { firstLine: "RED: compute1 does not answer SSH", object: "compute1" },
  },
  {
    name: "etcd-stopped",
    title: "etcd stopped",
    host: "ctl1",
    inject: [["systemctl", "stop", "etcd"]],
    heal: [["systemctl", "start", "etcd"]],
    expect: { firstLine: "RED: etcd is unreachable: no member answers", object: "etcd" },
  },
  {
    name: "felix-key-expired",
    title: "felix killed on compute2; its key expires",
    host: "compute2",
    inject: [["systemctl", "kill", "-s", "KILL", "calico-felix"]],
    heal: [
      ["systemctl", "reset-failed", "calico-felix"],
      ["systemctl", "start", "calico-felix"],
    ],
    expect: { firstLine: "RED: felix on compute2 is silent: its key has expired", object: "compute2" },
  },
];

/** The fault of this name; throws with the nearest one. */
export function faultNamed(name: string): Fault {
  const found = faults.find((fault) => fault.name === name);
  if (found) return found;
  const near = faults.find((fault) => fault.name.startsWith(name.slice(0, 4)));
  throw new Error(
    `there is no fault ${name}${near ? `; did you mean ${near.name}?` : `; there are ${faults.map((fault) => fault.name).join(", ")}`}`,
  );
}
