import type { DropRule } from "./rules.js";

/** Counters of one host at one time. */
export interface DropSample {
  /** Epoch ms. */
  at: number;
  rules: readonly DropRule[];
}

/** What was dropped between two samples. */
export interface Dropped {
  /** Packets a second, over all rules that can be compared. */
  rate: number;
  /** By whom, the most first. */
  by: { who: string; packets: number }[];
  /** Chains that felix has made anew between the samples: of those nothing can be said. */
  reset: number;
}

/**
 * Compares two samples chain by chain. felix makes a chain anew, with counters from 0, when the policies of its endpoint change, and
 * keeps the others; so a chain counts only if it has the same rules in both, none of which counted backwards.
 */
export function compareDrops(before: DropSample, after: DropSample): Dropped {
  const earlier = byChain(before.rules);
  const by = new Map<string, number>();
  let reset = 0;
  for (const [chain, rules] of byChain(after.rules)) {
    const deltas = sameRules(earlier.get(chain) ?? [], rules);
    if (deltas === null) reset++;
    else for (const { who, packets } of deltas) if (packets > 0) by.set(who, (by.get(who) ?? 0) + packets);
  }
  const seconds = Math.max(0.001, (after.at - before.at) / 1000);
  const total = [...by.values()].reduce((sum, packets) => sum + packets, 0);
  const sorted = [...by].map(([who, packets]) => ({ who, packets })).toSorted((a, b) => b.packets - a.packets);
  return { rate: total / seconds, by: sorted, reset };
}

function byChain(rules: readonly DropRule[]): Map<string, DropRule[]> {
  const chains = new Map<string, DropRule[]>();
  for (const rule of rules) chains.set(rule.chain, [...(chains.get(rule.chain) ?? []), rule]);
  return chains;
}

/** What each rule has counted; null = they are not the same rules. */
function sameRules(before: readonly DropRule[], after: readonly DropRule[]): DropRule[] | null {
  if (before.length !== after.length) return null;
  const deltas = after.map((rule, i) => {
    const was = before[i];
    return was?.id === rule.id && was.packets <= rule.packets ? { ...rule, packets: rule.packets - was.packets } : null;
  });
  return deltas.every((one) => one !== null) ? deltas : null;
}
