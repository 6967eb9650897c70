import { type Edit, effectOf, type Snapshot } from "../../src/calico/effect/edit.js";
import { prepared } from "../../src/calico/effect/effect.js";
import { changesOf } from "../../src/calico/effect/report.js";
import { between } from "../../src/calico/verdict/between.js";
import type { Connection } from "../../src/calico/verdict/connection.js";
import { applied, type Item } from "../../src/calico/verdict/item.js";
import { type Model, modelOf } from "../../src/calico/verdict/model.js";
import { add, type Parts } from "../../src/calico/verdict/parts.js";
import { serveParent } from "./child.js";
import { cloudOf, groupPolicy } from "./policies.js";

/** A cloud in a process of its own: how long an edit's effect takes from its compiled objects, and how much memory is held. */
export interface EffectCost {
  ms: number;
  /** Resident, MiB. */
  memory: number;
  blocks: number;
}

let parts: Parts | null = null;
let snapshot: Snapshot | null = null;
/** No edit is tried twice. */
let edits = 0;

serveParent(async ({ word, vms, policies }) => {
  if (word === "open") {
    parts = cloudOf({ vms: Number(vms), policies: Number(policies) });
    const model = modelOf(parts);
    snapshot = { parts, model, prepared: prepared(model) };
    return model.endpoints.length;
  }
  if (parts === null || snapshot === null) throw new Error("open comes first");
  const { model } = snapshot;
  if (word === "naive") return timedCost(() => naively(model, effectModel(wide())));
  if (word === "first") return timedCost(() => effectOf({ ...(snapshot as Snapshot), prepared: prepared(model) }, wide()).blocks.length);
  if (word === "told") {
    const effect = effectOf(snapshot, wide());
    return timedCost(() => changesOf(effect).length);
  }
  const edit = word === "group" ? narrow() : wide();
  return timedCost(() => effectOf(snapshot as Snapshot, edit).blocks.length);
});

function timedCost(work: () => number): EffectCost {
  const began = performance.now();
  const blocks = work();
  return { ms: performance.now() - began, memory: process.memoryUsage().rss / 1024 ** 2, blocks };
}

function item(value: object): Item {
  const taken = applied(value);
  if (!taken.ok) throw new Error(taken.why);
  return taken.item;
}

/** An operator's policy before all others, over a sixth of all VMs. */
function wide(): Edit {
  edits += 1;
  const ingress = [{ action: "Deny", protocol: "TCP", destination: { ports: [22, 1000 + edits] } }];
  const spec = { tier: "platform", order: 0, selector: "env == 'prod'", types: ["Ingress"], ingress };
  return { put: [item({ kind: "GlobalNetworkPolicy", metadata: { name: "edit" }, spec })], remove: [] };
}

/** A rule more in one security group. */
function narrow(): Edit {
  edits += 1;
  return { put: [item(groupPolicy(11, { action: "Allow", protocol: "TCP", destination: { ports: [1000 + edits] } }))], remove: [] };
}

function effectModel({ put }: Edit): Model {
  const after: Parts = { ...(parts as Parts), byKind: new Map([...(parts as Parts).byKind].map(([kind, all]) => [kind, new Map(all)])) };
  for (const one of put) add(after, { ok: true, item: one });
  return modelOf(after);
}

/** Judges every pair of endpoints before and after at two ports; how many connections are others. */
function naively(before: Model, after: Model): number {
  const addresses = before.endpoints.flatMap(({ addresses: [first] }) => first ?? []);
  let changed = 0;
  for (const src of addresses)
    for (const dst of addresses)
      for (const dstPort of [22, 443]) {
        const connection: Connection = { src, dst, protocol: 6, srcPort: null, dstPort, icmp: null };
        if (src !== dst && between(before, connection).allowed !== between(after, connection).allowed) changed += 1;
      }
  return changed;
}
