import { expect, test } from "@jest/globals";
import { z } from "zod";
import type { Cluster } from "../../../src/cluster/cluster.js";
import { onWorker } from "../../../src/command/define.js";
import { calicoDocument, objectsBelow } from "../../../src/command/documents.js";
import { fail } from "../../../src/contract/failure.js";
import type { Job } from "../../../src/contract/job.js";
import { view } from "../../../src/contract/view.js";
import { createLog } from "../../../src/log/log.js";
import { createReader } from "../../../src/reading/reader.js";
import { type Running, runJob } from "../../../workers/execute/run.js";
import { readingFromSource } from "../../support/reading-thread.js";

const names = onWorker({
  summary: "names of objects",
  examples: ["names"],
  args: z.object({}),
  document: calicoDocument("Names", true),
  risk: "read",
  role: "viewer",
  timeout: 30_000,
  phases: [],
  result: z.array(z.string()),
  run: async (_cluster, _args, work) => (await objectsBelow(work)).drafts.map(({ name }) => name),
  render: () => view("ok", "names"),
});
const tier = "apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {name: web}\nspec: {order: 5}\n";

function running(change: Partial<Running>): Running {
  const job: Job = {
    ...{ v: 1, id: "abcdefgh-1", request: "abcdefgh", command: "names", phase: "run", args: [], cluster: "eu1", document: tier },
    ...{ actor: { kind: "local", user: "ops" }, origin: { via: "terminal" }, deadline: Date.now() + 30_000, replyTo: "outcomes" },
  };
  // What only changes need is left out.
  return {
    ...{ job, cluster: { name: "eu1" } as Cluster, commands: new Map([["names", names]]), control: new AbortController() },
    ...{ note: () => undefined, progress: () => undefined, now: Date.now, grace: 100, log: createLog({ level: "silent" }), ...change },
  } as Running;
}

test("the document of a job is read in the worker's thread, and what that gives up is told", async () => {
  const reader = createReader({ spawn: readingFromSource, startWithin: 30_000, within: 10_000 });
  expect(await runJob(running({ readDocument: reader.read }))).toEqual({ ok: true, result: ["web"] });
  await reader.close();

  const readDocument = () => Promise.reject(fail("invalid_manifest", "the document took longer than 2 s to read"));
  expect(await runJob(running({ readDocument }))).toMatchObject({ ok: false, failure: { code: "invalid_manifest" } });
}, 60_000);

test("without a thread it is read there and then", async () => {
  expect(await runJob(running({}))).toEqual({ ok: true, result: ["web"] });
});
