import type { Desk } from "../command/desk.js";
import { FailureError, fail } from "../contract/failure.js";
import { cancelById } from "./cancel.js";
import { changeDesk } from "./changes/desk.js";
import { freeze } from "./changes/freeze.js";
import { freezes } from "./changes/freezes.js";
import { type Context, channelOf } from "./context.js";
import { jobsSeen } from "./jobs.js";
import type { Request } from "./ports.js";
import { presenceOf } from "./presence.js";
import { KeptEvidence, keys } from "./record.js";

/** What the bot knows itself, as one asker in one channel may see it. */
export function deskFor(context: Context, { actor, place }: Pick<Request, "actor" | "place">): Desk {
  const channel = channelOf(place);
  return {
    changes: changeDesk(context, { actor, channel }),
    freeze: (cluster, ms, why) => freeze(context, { actor, channel }, { cluster, ms, why }),
    now: context.now,
    async audit(wanted) {
      const { clusters } = context.standing(actor, channel);
      return (await context.recorded({ ...wanted, limit: 200 })).filter((one) => one.clusters.every((name) => clusters.includes(name)));
    },
    freezes: () => freezes(context, { actor, channel }),
    async clusters() {
      const seen = context.standing(actor, channel).clusters;
      const shown = context.clusters.filter((cluster) => seen.includes(cluster.name));
      return Promise.all(
        shown.map(async (cluster) => ({
          name: cluster.name,
          hosts: cluster.hosts.length,
          workers: (await presenceOf(cluster, context.log, context.now())).alive,
        })),
      );
    },
    whoami: (who, where) => Promise.resolve(context.standing(who, where)),
    commands: () => context.commands,
    jobs: () => jobsSeen(context, { actor, channel }),
    cancel: (id) => cancelById(context, { id, actor, channel }),
    async evidence(job) {
      const key = keys.evidence(job);
      const kept = context.vault.open(key, await context.state.get(key), KeptEvidence);
      if (kept === null) return null;
      // The id may come from another channel: what is behind it is shown only where its cluster is shown in full.
      const answer = context.authorise({ actor, channel, role: "operator", cluster: kept.cluster });
      if (!answer.ok) throw new FailureError(answer.failure);
      if (answer.detail !== "full") throw fail("denied", "raw output is shown only in channels with full detail");
      return kept;
    },
  };
}
