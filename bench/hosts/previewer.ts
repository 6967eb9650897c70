import { atOnce } from "../../src/calico/steps.js";
import type { Ask } from "../../src/cluster/ask.js";
import type { Cluster } from "../../src/cluster/cluster.js";
import { evaluated } from "../../src/diagnosis/evaluate/evaluated.js";
import { Ground } from "../../src/diagnosis/evaluate/ground.js";
import { PreviewAnswer, previewSteps } from "../../src/diagnosis/preview/preview.js";
import { readParts } from "../../src/diagnosis/verdict/read-model.js";
import { createLog } from "../../src/log/log.js";
import { fakeCluster } from "../../test/support/cluster.js";
import { plainEtcd, threadFromSource } from "../../test/support/compute-thread.js";
import { type KeptEtcd, keptEtcd } from "../../workers/compute/kept-etcd.js";
import { createEtcd } from "../../workers/etcd/etcd.js";
import { serveParent } from "./child.js";
import { watchLoop } from "./watch-loop.js";

/** A worker's main loop in a process of its own, asked for previews. */
export interface PreviewCost {
  ms: number;
  /** Longest time in which the main loop did nothing else, ms. */
  stall: number;
  /** What the preview found. */
  rows: number;
}

const log = createLog({ level: "error" });
let kept: KeptEtcd | null = null;
/** No edit is tried twice. */
let edits = 0;

serveParent(async ({ word, endpoint }) => {
  if (word === "open") return open(String(endpoint));
  if (kept === null) throw new Error("open comes first");
  const cluster: Cluster = { ...fakeCluster(), hosts: [], etcd: kept, evaluator: word === "thread" ? kept : null };
  if (word === "thread" || word === "turns") return measured(() => asked(cluster));
  return measured(() => atOneGo(cluster));
});

async function open(endpoint: string): Promise<null> {
  const config = plainEtcd(endpoint, 60_000);
  kept = keptEtcd({ live: createEtcd(config, log), spawn: () => threadFromSource(config), log, timeout: config.timeout });
  kept.start();
  while ((await kept.state(AbortSignal.timeout(60_000)))?.phase !== "complete") await new Promise((resolve) => setTimeout(resolve, 20));
  return null;
}

async function measured(work: () => Promise<PreviewAnswer>): Promise<PreviewCost> {
  const [watch, began] = [watchLoop(), performance.now()];
  const { rows } = await work();
  return { ms: performance.now() - began, stall: watch(), rows: rows.length };
}

function wish() {
  edits += 1;
  const ingress = [{ action: "Allow", protocol: "TCP", destination: { ports: [22, 1000 + edits] } }];
  const spec = { order: 1, selector: "all()", types: ["Ingress"], ingress };
  return { kind: "documents" as const, objects: [{ kind: "GlobalNetworkPolicy", metadata: { name: "edit" }, spec }] };
}

/** Whoever answers must be the one that is measured. */
function asking(): { ask: Ask; there: () => boolean } {
  let there = false;
  const ask: Ask = {
    signal: AbortSignal.timeout(60_000),
    request: "bench",
    note: ({ what }) => {
      there ||= what.startsWith("policies evaluated");
    },
  };
  return { ask, there: () => there };
}

async function asked(cluster: Cluster): Promise<PreviewAnswer> {
  const { ask, there } = asking();
  const answer = await evaluated(cluster, { about: "preview", wish: wish(), doubts: [] }, { ask, near: () => null, answer: PreviewAnswer });
  if (there() !== (cluster.evaluator !== null)) throw new Error("the other thread evaluated");
  return answer;
}

/** Without a thread and without turns. */
async function atOneGo(cluster: Cluster): Promise<PreviewAnswer> {
  const { parts, revision, at } = await readParts(cluster, asking().ask);
  return atOnce(previewSteps(new Ground(parts, revision, at), { cluster: "lab", wish: wish(), doubts: [] }));
}
