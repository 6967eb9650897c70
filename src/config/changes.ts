import type { Context } from "./context.js";
import type { Path } from "./path.js";
import type { RawCluster } from "./raw.js";
import type { RawChanges } from "./raw-changes.js";

/** A worker that changes something needs rules for it and calicoctl to do it with; a canary needs a host that tries. */
export function checkChanges(
  { changes, worker, hosts: written }: RawCluster,
  path: Path,
  { complain, hosts }: Context & { hosts: readonly string[] },
): void {
  const at = [...path, "worker", "changes"];
  if (worker?.changes && !changes) complain(at, "the cluster has no `changes:` section", "add `changes: {}` to the cluster");
  if (worker?.changes && !worker.calicoctl) complain(at, "the worker has no `calicoctl:` section", "changes are written by calicoctl");
  for (const [i, { from }] of (changes?.canaries ?? []).entries())
    if (!hosts.includes(from) && !written.some(({ name }) => isOfRange(name, from)))
      complain([...path, "changes", "canaries", i, "from"], `there is no host ${from}`, "name a host of this cluster");
  if (changes) checkTimes(changes, [...path, "changes", "severities"], complain);
}

/** What is wrong with a range is told by itself. */
const isOfRange = (name: string, host: string): boolean => name.includes("[") && host.startsWith(name.split("[")[0] ?? "");

const hour = 3_600_000;

/** The card of a change is brought up to date for so long and no longer. */
function checkTimes({ severities }: RawChanges, path: Path, complain: Context["complain"]): void {
  for (const [name, { planLife, keep }] of Object.entries(severities)) {
    if (planLife > hour) complain([...path, name, "planLife"], "a plan may wait for an hour at most", "1h, or less");
    if (keep > hour / 2) complain([...path, name, "keep"], "a change may wait for half an hour at most to be kept", "30m, or less");
  }
}
