import type { Answer, Ask } from "./ask.js";
import type { Host } from "./inventory.js";

/** How Calico names the peer: by its prefix, or `bare` for a quoted address, `other` for anything else. */
export type PeerNaming = "mesh" | "node" | "global" | "local_workload" | "bare" | "other";

/** One BGP protocol of one BIRD. Source: `show protocols all`. */
export interface BgpSession {
  /** BIRD's protocol name, unquoted. */
  protocol: string;
  /** Address of the far end, if BIRD or the name tells. */
  peer: string | null;
  naming: PeerNaming;
  family: 4 | 6;
  /** BIRD's protocol state: up, start, down, … */
  state: string;
  /** BGP state: Established, Active, Connect, Idle, Passive, OpenSent, …; null when disabled. */
  bgp: string | null;
  established: boolean;
  /** Administratively disabled on this side; `calicoctl node status` hides such sessions. */
  disabled: boolean;
  /** The rest of the info column: `BGP Error: Bad peer AS`, `Socket: Connection refused`, … or null. */
  error: string | null;
  /** `Last error:` of the details, which outlives the info column. */
  lastError: string | null;
  /** As BIRD prints it: `HH:MM:SS`, or a date when older. */
  since: string;
  /** The same as epoch ms by the host's own clock and zone (±2 s); null when it cannot be told (a bare date = its midnight). */
  sinceAt: number | null;
  neighborAs: number | null;
  localAs: number | null;
  imported: number | null;
  exported: number | null;
}

/** One BIRD daemon of a host. */
export interface BirdDaemon {
  family: 4 | 6;
  version: string | null;
  routerId: string | null;
  /** Graceful restart recovery: how many protocols are waited for and seconds left; null = not recovering. */
  recovery: { waitingFor: number | null; secondsLeft: number | null } | null;
  sessions: BgpSession[];
  /** `show route count`; null when it did not answer. */
  routes: { total: number; networks: number } | null;
}

/** A daemon that did not answer, and how. */
export interface BirdSilence {
  family: 4 | 6;
  /** stopped = socket gone; dead = socket left behind, nobody listens; hung = accepts but never answers; denied = no right to the socket. */
  how: "stopped" | "dead" | "hung" | "denied" | "missing" | "unreadable";
  text: string;
}

/** All that one SSH exec on one host tells about routing. */
export interface BirdReading {
  daemons: BirdDaemon[];
  /** Daemons that were expected but did not answer. A host without bird6 at all has no entry for family 6. */
  silent: BirdSilence[];
  /** Host clock minus worker clock in ms, ±1 s and the round trip; null when `date` could not be read. */
  clockOffset: number | null;
}

/** An address or a prefix that routes are asked for. Only these three values ever reach a host, and only as an IP. */
export interface Destination {
  family: 4 | 6;
  /** In its shortest form; the first address of a prefix. */
  address: string;
  /** Bits; 32 or 128 = one address. */
  length: number;
}

/** One path to one network in BIRD's table. Source: `show route … all`. */
export interface BirdRoute {
  /** `10.65.0.12/32`: compare it, because a lookup also succeeds by the default route. */
  prefix: string;
  kind: "unicast" | "unreachable" | "blackhole" | "prohibited";
  /** The neighbour on the wire; null = on the device itself, or nowhere. */
  nextHop: string | null;
  /** Where BGP says it leads, which behind a ToR is another than the neighbour on the wire. */
  bgpNextHop: string | null;
  device: string | null;
  protocol: string;
  /** What kind of protocol brought it, by its attributes. */
  source: "bgp" | "kernel" | "device" | "static" | "other";
  /** The neighbour that sent it, where that is not the next hop. */
  from: string | null;
  /** As BIRD prints it. */
  since: string;
  /** Selected among the paths to this network: `*`, or `!`. */
  best: boolean;
  /** `!`: selected, but the kernel would not take it. */
  refused: boolean;
  preference: number | null;
  localPref: number | null;
  asPath: string | null;
  /** Router that announced it first, told by reflectors. */
  originator: string | null;
  /** Metric in the kernel's table. */
  metric: number | null;
}

/** BIRD's paths to a destination, longest prefix only. */
export interface BirdRoutes {
  routes: BirdRoute[];
  /** Paths inside the asked prefix; null for a single address or when it was not counted. */
  inside: number | null;
  /** A daemon of the family that did not answer; null = it did. */
  silent: BirdSilence | null;
}

export interface Bird {
  read(host: Host, ask: Ask): Promise<Answer<BirdReading>>;
  /** What the host's BIRD would do with the destination. */
  routes(host: Host, destination: Destination, ask: Ask): Promise<Answer<BirdRoutes>>;
  /** The selected path of every network, of all families, without BGP attributes. */
  table(host: Host, ask: Ask): Promise<Answer<BirdRoute[]>>;
}
