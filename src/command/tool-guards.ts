import type { Cluster } from "../cluster/cluster.js";
import type { Guard, Step } from "../contract/plan.js";
import { consumers, rendered } from "../diagnosis/objects/consumers.js";
import { isUnderOldKey } from "../plan/guards/network.js";
import { wantedOf } from "../plan/wanted.js";
import type { World } from "../plan/world.js";
import type { Work } from "./define.js";
import { poolUse } from "./pool-use.js";
import { validated } from "./validated.js";

/** What calicoctl, the hosts and VMs' addresses have to say about the steps. */
export async function toolGuards(
  cluster: Cluster,
  steps: readonly Step[],
  { work, world }: { work: Work; world: World },
): Promise<Guard[]> {
  const found = await Promise.all([
    validated(cluster.calicoctl, steps, work),
    consumption(cluster, steps, work),
    oldKeys(cluster, { steps, world }, work),
    poolUse(cluster, steps, work),
  ]);
  return found.flat();
}

/** BIRD is not told by Calico where Calico came from packages: what nobody takes up changes nothing, and is refused. */
async function consumption(cluster: Cluster, steps: readonly Step[], work: Work): Promise<Guard[]> {
  const wanted = wantedOf(steps).filter(({ draft }) => rendered.has(draft.kind));
  if (wanted.length === 0) return [];
  const kinds = [...new Set(wanted.map(({ draft }) => draft.kind))];
  const text = await consumers(cluster, kinds.join(" or "), { ask: work, within: 4000, progress: () => {}, now: () => work.now() });
  if (text.startsWith("in use"))
    return [
      {
        severity: "more_approvers",
        text: `BIRD on hosts here takes up what Calico says of a ${kinds.join(" or ")}: sessions may change at once`,
      },
      { severity: "note", text },
    ];
  // What nobody takes up may be cleared away.
  const clearing = wanted.every(({ action }) => action === "delete");
  if (text.startsWith("no consumer")) return [{ severity: clearing ? "note" : "blocking", text }];
  return [{ severity: "more_approvers", text }];
}

/** From v3.32 on calicoctl makes a second policy beside one that an older Calico stored as `default.<name>`. */
async function oldKeys(cluster: Cluster, { steps, world }: { steps: readonly Step[]; world: World }, work: Work): Promise<Guard[]> {
  const old = wantedOf(steps).filter(({ draft }) => isUnderOldKey(world, draft));
  if (old.length === 0 || cluster.calicoctl === null) return [];
  const version = await cluster.calicoctl.version(work);
  const [, major = 0, minor = 0] = /v?(\d+)\.(\d+)/.exec(version.ok ? version.value.client : "") ?? [];
  const isNew = Number(major) > 3 || Number(minor) >= 32;
  return old.flatMap(({ draft: { kind, name } }): Guard[] =>
    version.ok && !isNew
      ? []
      : [
          {
            severity: version.ok ? "blocking" : "more_approvers",
            text: `${kind} ${name} is stored as default.${name}: a calicoctl from v3.32 on (here ${version.ok ? version.value.client : "unknown"}) does not find it there and would make a second one; \`calicoctl datastore migrate-policy-names\` comes first`,
          },
        ],
  );
}
