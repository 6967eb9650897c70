import { z } from "zod";
import { Unreadable, unreadableOf } from "../unreadable.js";
import { isSingle, textOf } from "./destination.js";
import type { RouteFacts } from "./facts.js";
import { isFound } from "./found.js";
import { Holder } from "./holder.js";
import { networkVerdict } from "./network.js";
import { nodeVerdict } from "./one-node.js";
import { Reach, reachOf } from "./reach.js";
import { verdictOf } from "./verdict.js";

/** Where an address is, who announces it and who uses it. */
export const RoutesAnswer = z.object({
  what: z.literal("destination"),
  cluster: z.string(),
  destination: z.string(),
  node: z.string().nullable(),
  at: z.number(),
  verdict: z.object({
    light: z.enum(["ok", "warn", "bad", "unknown", "info"]),
    text: z.string(),
    detail: z.string(),
    notes: z.array(z.string()),
  }),
  /** Whether the cluster has it; null = it could not tell. */
  found: z.boolean().nullable(),
  holders: z.array(Holder),
  /** Endpoints in etcd that could not be read. */
  unreadable: Unreadable,
  reaches: z.array(Reach),
});
export type RoutesAnswer = z.infer<typeof RoutesAnswer>;

/** The facts as the answer that is sent and shown. */
export function routesAnswer(facts: RouteFacts, node: string | null): RoutesAnswer {
  const verdict = node !== null ? nodeVerdict(facts) : isSingle(facts.destination) ? verdictOf(facts) : networkVerdict(facts);
  const reaches = facts.lookups.map((lookup) => reachOf(lookup, facts));
  const unreadable = facts.holders.ok ? facts.holders.value.unreadable : [];
  return {
    what: "destination",
    cluster: facts.cluster,
    destination: textOf(facts.destination),
    node,
    at: facts.at,
    // Another owner may be among what could not be read.
    verdict: unreadable.length > 0 && verdict.light === "ok" ? { ...verdict, light: "warn" } : verdict,
    unreadable: unreadableOf(unreadable),
    found: isFound(facts, reaches),
    holders: facts.holders.ok ? facts.holders.value.holders : [],
    reaches,
  };
}
