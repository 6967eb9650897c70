import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answersOf, simulated } from "./bird-answers.js";
import type { Outcome } from "./masked.js";
import type { Case } from "./recorded.js";
import { run } from "./run.js";

/** Runs `node status` on a host of its own: private processes, private /run, and a Felix and BIRDs as the case has them. */
export async function onHost(program: string, file: string, recorded: Case): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "calicoctl-host-"));
  const put = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const words = recorded.argv.slice(1).map((word) => `'${word}'`);
  const become = recorded.name === "not root" ? "setpriv --reuid=65534 --clear-groups " : "";
  const script = [
    "set -eu",
    "mount -t tmpfs tmpfs /run",
    "mkdir -p /run/calico /run/bird",
    "ip link set lo up",
    ...(file === "node-status" ? scene(recorded, put) : (sceneOf["bird process, socket missing"]?.(put) ?? [])),
    `exec ${become}'${program}' ${words.join(" ")}`,
  ];
  const inside = ["unshare", "-m", "-p", "-n", "-f", "--mount-proc", "--kill-child", "bash", put("host.sh", script.join("\n"))];
  const outcome = await run({ argv: inside, env: {}, deadlineMs: 15_000 });
  rmSync(folder, { recursive: true, force: true });
  return outcome;
}

type Put = (name: string, text: string) => string;

const process = (argv0: string): string => `(exec -a ${argv0} sleep 60) &`;
const felix = process("calico-felix");
const bird = process("bird");
const sockets = { 4: "/run/calico/bird.ctl", 6: "/run/calico/bird6.ctl" };
const served = (argv0: string, socket: string, file = ""): string[] => [
  `(exec -a ${argv0} node ${join(import.meta.dirname, "serve.mjs")} ${socket} ${file}) &`,
  `until [ -S ${socket} ]; do sleep 0.02; done`,
];
const realBird = (conf: string): string[] => [
  `(exec -a bird /usr/sbin/bird -f -c ${conf} -s ${sockets[4]} 2>/dev/null) &`,
  `until birdc -s ${sockets[4]} show status >/dev/null 2>&1; do sleep 0.02; done`,
];

/** Hosts that have no table to show, by the name of the case. */
const sceneOf: Readonly<Record<string, (put: Put) => string[]>> = {
  "not root": () => [felix],
  "no felix, no bird": () => [],
  "felix started by its full path, as the calico-felix systemd unit does": () => [process("/usr/bin/calico-felix")],
  "felix, no bird": () => [felix],
  "bird started by its full path, as the Debian unit does": () => [felix, process("/usr/sbin/bird")],
  "bird process, socket missing": () => [felix, bird],
  "socket file left behind, nobody listening": (put) => [
    felix,
    ...realBird(put("bird.conf", bareConf)),
    "{ kill -9 $!; wait $! || true; } 2>/dev/null",
    bird,
  ],
  "socket accepts but never answers": () => [felix, ...served("bird", sockets[4])],
  "bird without BGP protocols": (put) => [felix, ...realBird(put("bird.conf", bareConf))],
  "bird with a BGP protocol not named as Calico names them (hand-written bird.conf of an OpenStack install)": (put) => [
    felix,
    ...realBird(put("bird.conf", `${bareConf}${peerConf("tor1", "192.168.10.254", "")}`)),
  ],
  "just started": (put) => [felix, ...realBird(put("bird.conf", meshConf))],
  "bird runs, felix does not": () => [bird],
};

function scene(recorded: Case, put: Put): string[] {
  const { name = "", stdout } = recorded;
  const known = sceneOf[name];
  if (known) return known(put);
  const said = simulated[name];
  if (said !== undefined) return [felix, ...served("bird", sockets[4], put("answer", said))];
  const { 4: v4, 6: v6 } = answersOf(stdout);
  const where = name.startsWith("socket at the Debian path") ? "/run/bird/bird.ctl" : sockets[4];
  return [
    name.includes("calico-node") ? process("calico-node") : felix,
    ...(v4 === undefined ? [] : served("bird", where, put("answer4", v4))),
    ...(v6 === undefined ? [] : served("bird6", sockets[6], put("answer6", v6))),
  ];
}

const bareConf = "router id 192.168.10.11;\nprotocol device { scan time 2; }\n";
const peerConf = (name: string, address: string, more: string): string =>
  `protocol bgp ${name} { local as 64512; neighbor ${address} as 64512; multihop; connect delay time 60; ${more}}\n`;
const meshConf = [
  bareConf,
  ...["Mesh_192_168_10_12", "Mesh_192_168_10_13", "Mesh_192_168_10_14"].map((name) => named(name, "")),
  named("Mesh_192_168_10_10", "passive on; "),
  ...["Global_192_168_10_254", "Global_192_168_10_250", "Node_192_168_10_251"].map((name) => named(name, "")),
  named("Node_192_168_10_249", "disabled; "),
  named("Node_192_168_10_248", ""),
].join("");

function named(name: string, more: string): string {
  return peerConf(name, name.split("_").slice(1).join("."), more);
}
