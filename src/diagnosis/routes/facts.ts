import type { Answer } from "../../cluster/ask.js";
import type { BirdRoutes, Destination } from "../../cluster/bird.js";
import type { HostReading, KernelLookup } from "../../cluster/host.js";
import type { Host } from "../../cluster/inventory.js";
import type { Holders, Report } from "./holder.js";

/** What one host does with the destination. */
export interface Lookup {
  host: Host;
  /** Why it was asked. */
  role: "owner" | "announcer" | "reflector" | "sample" | "asked";
  bird: Answer<BirdRoutes>;
  kernel: Answer<KernelLookup>;
}

/** Everything that was asked about one destination; the verdict is a pure function of it. */
export interface RouteFacts {
  cluster: string;
  destination: Destination;
  hosts: readonly Host[];
  holders: Answer<Holders>;
  lookups: Lookup[];
  /** What felix reported, by host of a holder. */
  reports: ReadonlyMap<string, Answer<Report>>;
  /** The machines of holders. */
  machines: ReadonlyMap<string, Answer<HostReading>>;
  at: number;
}
