import type { ChildProcess } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Stage, type Staging, setStage, until } from "../../lab/demo/stage.js";
import { seed } from "../../lab/hosts/seed.js";
import { ground, type Site } from "../../lab/hosts/site.js";
import { tearDown } from "../../lab/hosts/state.js";
import type { View } from "../../src/contract/view.js";

/** Hosts with a filled etcd, without Keystone and Neutron; the folder is named after the test. */
export async function raiseHosts(name: string): Promise<Site> {
  const dir = mkdtempSync(join(tmpdir(), `lab-${name}-`));
  try {
    const { site, raise } = await ground({ dir, bird: { connectDelay: 0 } });
    await raise();
    await seed(site, site.workloads);
    return site;
  } catch (error) {
    // Nobody else knows the folder yet.
    await tearDown(dir);
    throw error;
  }
}

/** The product on a site: Redis, and one worker that has given a sign of life. */
export async function startWorker(site: Site, staging: Staging = {}): Promise<{ stage: Stage; worker: ChildProcess }> {
  const stage = await setStage(site, staging);
  stage.start("redis");
  const worker = stage.start("worker");
  await served(stage);
  return { stage, worker };
}

/** Another worker with another configuration in the place of one that is ended first. */
export async function replaceWorker(site: Site, old: { stage: Stage; worker: ChildProcess }, staging: Staging): Promise<typeof old> {
  old.worker.kill("SIGTERM");
  await until("the worker is gone", async () => (await verdictOf(old.stage, ["clusters"])).includes("no worker is alive"));
  const stage = await setStage(site, staging);
  const worker = stage.start("worker");
  await served(stage);
  return { stage, worker };
}

const served = (stage: Stage): Promise<void> =>
  until("a worker gives a sign of life", async () => (await verdictOf(stage, ["clusters"])).includes("each with a worker"));

/** The answer to a line typed on a terminal; throws what was said instead of one. */
export async function answerTo(stage: Stage, words: readonly string[]): Promise<View> {
  const { stdout, stderr } = await stage.line(words);
  if (stdout === "") throw new Error(`no answer: ${stderr}`);
  return JSON.parse(stdout) as View;
}

/** Its first line, or what was said instead of an answer. */
export async function verdictOf(stage: Stage, words: readonly string[]): Promise<string> {
  return (await answerTo(stage, words).catch((error: Error) => ({ verdict: { text: error.message } }))).verdict.text;
}
