import { type Approvals, createApprovals } from "../approvals/store.js";
import { defaultReplies } from "../queue/lanes.js";
import type { Names } from "./card.js";
import { type DispatchDeps, defaultTiming, type KnownCluster, type Timing } from "./deps.js";
import { createLedger, type Ledger } from "./ledger.js";
import type { Place } from "./ports.js";
import { createVault, type Vault } from "./vault.js";

/** What the use cases share: the given parts with their defaults filled in. */
export interface Context extends Omit<DispatchDeps, "timing" | "clock" | "replyTo"> {
  timing: Timing;
  now: () => number;
  replyTo: string;
  vault: Vault;
  ledger: Ledger;
  names: Names;
  approvals: Approvals;
  /** Does something for which nobody waits; what goes wrong is logged. */
  later(what: string, work: () => Promise<void>): void;
  /** Waits for what is being done so. */
  settled(): Promise<void>;
  cluster(name: string): KnownCluster | undefined;
}

/** Changes are known this long, ms. */
const knownFor = 60 * 86_400_000;

export function contextOf(deps: DispatchDeps): Context {
  const byName = new Map(deps.clusters.map((cluster) => [cluster.name, cluster]));
  const namesOf = (cluster: KnownCluster): string[] => cluster.hosts.flatMap((host) => [host.name, host.address]);
  const working = new Set<Promise<void>>();
  const vault = createVault(deps.signingKey, deps.botKeys ?? [], deps.log);
  const now = deps.clock ?? Date.now;
  return {
    ...deps,
    approvals: createApprovals({
      state: deps.state,
      keep: { ...vault, seal: (key, value) => vault.seal(key, value, knownFor) },
      now,
      log: deps.log,
    }),
    timing: { ...defaultTiming, ...deps.timing },
    now,
    replyTo: deps.replyTo ?? defaultReplies,
    ledger: createLedger(deps),
    vault,
    later(what, work) {
      const done = work()
        .catch((err: unknown) => deps.log.warn({ err }, `${what} was not done`))
        .finally(() => working.delete(done));
      working.add(done);
    },
    settled: async () => void (await Promise.all(working)),
    cluster: (name) => byName.get(name),
    names(name) {
      const meant = deps.clusters.filter((one) => name === "*" || one.name === name);
      return { secret: meant.flatMap(namesOf), open: meant.map((one) => one.name) };
    },
  };
}

export const channelOf = (place: Place): string | null => (place.kind === "slack" ? place.channel : null);
