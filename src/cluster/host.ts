import type { Answer, Ask } from "./ask.js";
import type { Destination } from "./bird.js";
import type { Host } from "./inventory.js";

/** One systemd unit. Source: `systemctl show`. */
export interface Unit {
  /** Without `.service`. */
  name: string;
  /** active, inactive, failed, activating, … */
  state: string;
  /** running, dead, auto-restart, … */
  sub: string;
  /** When it came into this state, epoch ms by the host's clock; null = never. */
  since: number | null;
  /** Restarts by systemd since it was loaded. */
  restarts: number | null;
  /** How its main process ended last; null = it runs, or never did. A felix that ends with 129 restarts for a config change. */
  exit: { code: number | null; signal: number | null } | null;
  /** success, exit-code, signal, … */
  result: string;
}

/** What one exec on a host tells about the machine; null or empty = it does not say. */
export interface HostReading {
  /** Those of the asked units that are installed; null = systemd did not answer. */
  units: Unit[] | null;
  kernel: string | null;
  /** Epoch ms by the host's clock. */
  bootedAt: number | null;
  /** The host's clock, epoch ms. */
  now: number | null;
  packages: { name: string; version: string }[];
  forwarding: { v4: boolean | null; v6: boolean | null };
  addresses: { device: string; address: string; length: number }[];
  /** The device that has the host's own address, and its MTU in bytes. */
  uplink: { device: string; mtu: number } | null;
  conntrack: { count: number; max: number } | null;
  /** VM devices by name. */
  taps: { up: string[]; down: string[] };
}

/** One route of the kernel. Source: iproute2's JSON. */
export interface KernelRoute {
  /** `default` written out: `0.0.0.0/0`, `::/0`. */
  prefix: string;
  kind: string;
  /** The first of several. */
  gateway: string | null;
  /** Next hops it is spread over. */
  hops: number;
  device: string | null;
  /** Name or number; null = by hand (`boot`). */
  protocol: string | null;
  metric: number | null;
  /** onlink, linkdown, … */
  flags: string[];
}

/** What the kernel does with a destination. */
export interface KernelLookup {
  /** The decision for the address itself; null = unreachable, `refusal` says how. */
  used: KernelRoute | null;
  refusal: string | null;
  /** Routes of the main table that cover it, the longest first. */
  matching: KernelRoute[];
}

/** Whether a new connection came about: `no` says why, in a few words. */
export type Connected = { yes: true } | { yes: false; why: string };

/** The machine below BIRD and felix, read over SSH without rights. */
export interface HostTool {
  read(host: Host, ask: Ask): Promise<Answer<HostReading>>;
  route(host: Host, destination: Destination, ask: Ask): Promise<Answer<KernelLookup>>;
  /** Opens a TCP connection from the host and closes it again; what takes longer than 2 s is none. */
  connect(host: Host, to: { address: string; port: number }, ask: Ask): Promise<Answer<Connected>>;
}
