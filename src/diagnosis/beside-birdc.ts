import type { BgpSession, BirdDaemon, BirdReading } from "../cluster/bird.js";
import type { NodeStatus, NodeStatusPeer } from "../cluster/calicoctl.js";
import type { Host } from "../cluster/inventory.js";
import { count, list } from "./say.js";

/** What `calicoctl node status` shows otherwise than birdc on the same host at the same time, a line a cause. */
export function besideBirdc(host: Host, reading: BirdReading, status: NodeStatus): string[] {
  const all = reading.daemons.flatMap((daemon) => daemon.sessions.map((session): Own => ({ session, daemon })));
  const missing = all.filter(({ session }) => !status.peers.some((peer) => isOf(peer, session)));
  return [...causes(missing, host, status), ...strangers(all, reading, status), ...changed(all, status)];
}

interface Own {
  session: BgpSession;
  daemon: BirdDaemon;
}

/** calicoctl takes a peer's address from the protocol's name, in which `_` stands for every dot and colon. */
function isOf(peer: NodeStatusPeer, session: BgpSession): boolean {
  return session.protocol.replace(/^(?:Mesh|Node|Global)_/, "") === peer.address.replace(/[.:]/g, "_");
}

const found = new Set(["mesh", "node", "global"]);

/** Why sessions that birdc has are not in its table: one line for all that share a cause. */
function causes(missing: readonly Own[], host: Host, status: NodeStatus): string[] {
  const groups = new Map<string, string[]>();
  for (const own of missing) {
    const cause = whole(own, host, status) ?? single(own) ?? family(own, status);
    groups.set(cause, [...(groups.get(cause) ?? []), own.session.protocol]);
  }
  return [...groups].map(([cause, names]) => `${count(names.length, "session")} of birdc not shown (${list(names)}): ${cause}`);
}

/** It gave up before it looked at any session. */
function whole({ daemon }: Own, host: Host, { remark }: NodeStatus): string | null {
  const said = remark ?? "";
  if (said.includes("Calico process is not running"))
    return host.felix
      ? "it found no process started as plain `calico-felix` or `calico-node` and then looks no further; packages start /usr/bin/calico-felix, which it does not recognise: `status` tells whether felix is alive"
      : `it looks at BIRD only where felix runs, and no felix belongs on ${host.name}`;
  if (said.includes("(BIRD) is not running"))
    return "BIRD does run, it answers birdc: calicoctl recognises only a process started as plain `bird`, packages start /usr/sbin/bird";
  if (said.includes("unknown BIRD table output format")) return `it reads the tables of BIRD 1 only, this is BIRD ${daemon.version ?? "2"}`;
  if (said.includes("unexpected output line from BIRD")) return "it stumbled over a line it does not know";
  if (/read unix .*: i\/o timeout/.test(said)) return "BIRD kept it waiting for 2 s but answered birdc: it is slow, or was for a moment";
  if (said.includes(`unable to connect to BIRDv${daemon.family} socket`))
    return "it tries only /var/run/calico and /var/run/bird for the socket, birdc found another";
  return null;
}

/** It leaves out rows of this kind. */
function single({ session }: Own): string | null {
  if (!found.has(session.naming)) return "it shows only sessions named Mesh_, Node_ or Global_";
  if (session.disabled) return "disabled, and it leaves disabled sessions out";
  return null;
}

/** Nothing is left but the whole family, or the moment. */
function family({ daemon }: Own, { peers, remark }: NodeStatus): string {
  const shown = peers.some((peer) => peer.address.includes(":") === (daemon.family === 6));
  if (shown || remark?.includes(`No IPv${daemon.family} peers found`))
    return "no cause known; it may have been added between the two questions";
  const name = daemon.family === 6 ? "bird6" : "bird";
  return `it found no process started as plain \`${name}\`, although that BIRD answers birdc`;
}

/** Rows that birdc does not have: it asks the first socket it finds, which need not be the one birdc was given. */
function strangers(all: readonly Own[], { silent }: BirdReading, { peers }: NodeStatus): string[] {
  const rows = peers.filter((peer) => !all.some(({ session }) => isOf(peer, session)));
  if (rows.length === 0) return [];
  const names = list(rows.map((peer) => peer.address));
  const mute = silent.find((one) => rows.some((peer) => peer.address.includes(":") === (one.family === 6)));
  const why = mute
    ? `birdc got no answer (${mute.how}) where calicoctl did: check \`birdc.sockets\``
    : "it asks /var/run/calico before /var/run/bird; there may be two BIRDs, or `birdc.sockets` names another socket";
  return [`${count(rows.length, "row")} not known to birdc (${names}): ${why}`];
}

/** Both have it and disagree whether it is up. */
function changed(all: readonly Own[], { peers }: NodeStatus): string[] {
  return peers.flatMap((peer) => {
    const session = all.find((own) => isOf(peer, own.session))?.session;
    const up = peer.info.startsWith("Established");
    if (!session || session.established === up) return [];
    return [`${peer.address} is ${peer.info} here and ${session.bgp ?? session.state} for birdc: it changed between the two questions`];
  });
}
