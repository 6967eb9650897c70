import { asNumber, type LabHost } from "../site.js";

export interface BirdStyle {
  /** Seconds that BIRD waits before it connects; Calico's own is 2. */
  connectDelay: number;
  /** Names as Calico's container gives them (`Mesh_10_0_0_1`), or bare addresses as its OpenStack scripts do. */
  names: "calico" | "bare";
}

/** A bird.conf of Calico's shape: its timers, its export of tap routes, its names. */
export function birdConf(host: LabHost, hosts: readonly LabHost[], style: BirdStyle): string {
  const peers = host.peers.map((name) => hosts.find((other) => other.name === name)).filter((peer) => peer !== undefined);
  return `router id ${host.address};
filter to_peers { if ifname ~ "tap*" then accept; reject; }
protocol kernel { learn; persist; scan time 2; import all; graceful restart; export all; }
protocol device { scan time 2; }
protocol direct { interface -"tap*", "eth*"; }
template bgp calico_peer {
  description "Connection to BGP peer";
  local as ${asNumber};
  source address ${host.address};
  multihop;
  gateway recursive;
  add paths on;
  graceful restart;
  connect delay time ${style.connectDelay};
  connect retry time 5;
  error wait time 5,30;
  import all;
  export filter to_peers;
}
${peers.map((peer) => protocol(host, peer, style)).join("\n")}
`;
}

/** Name of the protocol on `host` for `peer`. */
export function protocolName(host: LabHost, peer: LabHost, names: BirdStyle["names"]): string {
  if (names === "bare") return `'${peer.address}'`;
  const mesh = host.role === "compute" && peer.role === "compute";
  const prefix = mesh ? "Mesh" : peer.role === "reflector" ? "Global" : "Node";
  return `${prefix}_${peer.address.replaceAll(".", "_")}`;
}

function protocol(host: LabHost, peer: LabHost, style: BirdStyle): string {
  const client = host.role === "reflector" ? "rr client; rr cluster id 1.0.0.1; export where source = RTS_BGP; " : "";
  // One end of each session waits to be called, as Calico does it: two calls at once would cost a retry time.
  const passive =
    host.role === "reflector" || (host.role === peer.role && host.address > peer.address) || host.role === "control"
      ? peer.role === "reflector"
        ? ""
        : "passive on; "
      : "";
  return `protocol bgp ${protocolName(host, peer, style.names)} from calico_peer { neighbor ${peer.address} as ${asNumber}; ${client}${passive}}`;
}
