import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import type { Cluster } from "../../../src/cluster/cluster.js";
import type { Job } from "../../../src/contract/job.js";
import { createLog } from "../../../src/log/log.js";
import { type Running, runJob } from "../../../workers/execute/run.js";
import { type Doing, tinyCommands } from "../../support/way.js";

function running(args: string[], change: Partial<Running> = {}, job: Partial<Job> = {}): Running & { doing: Doing } {
  const doing: Doing = { runs: [], aborted: [] };
  return {
    doing,
    job: {
      v: 1,
      id: "abcdefgh-1",
      request: "abcdefgh",
      command: "ping",
      phase: "run",
      args,
      cluster: "eu1",
      actor: { kind: "local", user: "ops" },
      origin: { via: "terminal" },
      deadline: Date.now() + 10_000,
      replyTo: "outcomes",
      ...job,
    },
    cluster: { name: "eu1" } as Cluster,
    commands: tinyCommands(doing),
    control: new AbortController(),
    note: () => undefined,
    progress: () => undefined,
    now: Date.now,
    grace: 100,
    log: createLog({ level: "silent" }),
    proposer: { worker: "w1", cluster: "eu1", rules: null, signingKey: generateKeyPairSync("ed25519").privateKey, now: Date.now },
    ...change,
  };
}

describe("runJob()", () => {
  test("gives the result that the command declared", async () => {
    expect(await runJob(running([]))).toEqual({ ok: true, result: { said: "pong from eu1", light: "ok" } });
  });

  test("parses the arguments again and refuses what the command does not know", async () => {
    expect(await runJob(running(["--colour", "red"]))).toMatchObject({ ok: false, failure: { code: "usage" } });
  });

  test.each([
    ["an unknown command", { command: "nothing" }, "unknown_command"],
    ["a command of the bot", { command: "who" }, "unknown_command"],
    ["a change", { command: "change" }, "denied"],
    ["a preview", { phase: "preview" as const }, "denied"],
    ["a job that nobody waits for", { deadline: Date.now() - 1 }, "expired"],
  ])("refuses %s without running anything", async (_, job, code) => {
    const one = running([], {}, job);

    expect(await runJob(one)).toMatchObject({ ok: false, failure: { code } });
    expect(one.doing.runs).toEqual([]);
  });

  test("stops at the job's deadline when that is before the command's own", async () => {
    const one = running(["--ms", "2000"], {}, { deadline: Date.now() + 200 });
    const began = performance.now();

    expect(await runJob(one)).toMatchObject({ ok: false, failure: { code: "timeout" } });
    expect(performance.now() - began).toBeLessThan(1000);
    expect(one.doing.aborted).toEqual(["eu1"]);
  });

  test("abandons what ignores its signal, after the grace", async () => {
    const one = running(["deaf"], {}, { deadline: Date.now() + 100 });
    const began = performance.now();

    expect(await runJob(one)).toMatchObject({ ok: false, failure: { code: "timeout" } });
    expect(performance.now() - began).toBeLessThan(1000);
  });

  test("does not start what was cancelled before", async () => {
    const one = running([]);
    one.control.abort("cancelled");

    expect(await runJob(one)).toMatchObject({ ok: false, failure: { code: "cancelled" } });
    expect(one.doing.runs).toEqual([]);
  });

  test("tells a cancel from a stop of the worker", async () => {
    for (const [reason, text] of [
      ["cancelled", "was cancelled"],
      ["stopped", "was stopped while it worked"],
    ] as const) {
      const one = running(["--ms", "2000"]);
      setTimeout(() => one.control.abort(reason), 50);
      expect(await runJob(one)).toMatchObject({ ok: false, failure: { code: "cancelled", message: expect.stringContaining(text) } });
    }
  });

  test("keeps the text of unexpected errors inside", async () => {
    const ran = await runJob(running(["boom"]));

    expect(ran).toMatchObject({ ok: false, failure: { code: "internal" } });
    expect(JSON.stringify(ran)).not.toContain("inner text");
  });

  test("does not pass on a result of another shape", async () => {
    expect(await runJob(running(["shape"]))).toMatchObject({ ok: false, failure: { code: "internal" } });
  });
});
