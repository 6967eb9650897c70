import { z } from "zod";

/** One thing that is not as it should be, or could not be asked. */
export const Finding = z.object({
  /** `kind:subject`, for instance `bird:compute1`, `bgp:compute1~rr1`, `etcd:`; correlation works on it. */
  id: z.string(),
  light: z.enum(["bad", "warn", "unknown"]),
  /** One line: the object and what is wrong with it. */
  text: z.string(),
  /** Evidence and next step, a line each. */
  detail: z.array(z.string()),
  /** Hosts that are hit. */
  hosts: z.array(z.string()),
  /** Bigger comes first among equals. */
  weight: z.number(),
});
export type Finding = z.infer<typeof Finding>;

/** A finding on its way to being folded with others; what it adds stays in the worker. */
export interface Draft extends Finding {
  /** What several hosts have in common, said of many: `do not answer SSH`. Findings with equal words may become one. */
  alike?: string;
  /** Of a session that is down: its two ends, and why in a few words. */
  link?: { ends: readonly [string, string]; why: string };
  /** Epoch ms by the host's clock, if it is known since when. */
  since?: number | null;
}

/** A finding with the usual blanks filled in. */
export function finding(of: Pick<Draft, "id" | "light" | "text"> & Partial<Draft>): Draft {
  return { detail: [], hosts: [], weight: 0, ...of };
}

/** What the finding is about; empty where that is the cluster. */
export const subjectOf = (id: string): string => id.slice(id.indexOf(":") + 1);

/** Names of hosts that have a fault themselves; others only feel one. */
export const subjects = (findings: readonly Finding[]): ReadonlySet<string> =>
  new Set(findings.flatMap(({ id }) => subjectOf(id).split("~")));

const rank = { bad: 0, warn: 1, unknown: 2 } as const;

/** Worst first, then the biggest. */
export function sorted(findings: readonly Finding[]): Finding[] {
  return findings.toSorted(
    (a, b) => rank[a.light] - rank[b.light] || b.weight - a.weight || a.id.localeCompare(b.id, "en", { numeric: true }),
  );
}
