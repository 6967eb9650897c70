import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { seal } from "../../../src/contract/envelope.js";
import { admit } from "../../../workers/execute/admit.js";

const bot = generateKeyPairSync("ed25519");
const stranger = generateKeyPairSync("ed25519");
const how = { cluster: "eu1", botKeys: [bot.publicKey], now: 100_000 };
const job = {
  v: 1,
  id: "abcdefgh-1",
  request: "abcdefgh",
  command: "status",
  phase: "run",
  args: [],
  cluster: "eu1",
  actor: { kind: "local", user: "ops" },
  origin: { via: "terminal" },
  deadline: 110_000,
  replyTo: "outcomes",
};

function delivered(payload: unknown, at = 99_000, key = bot.privateKey) {
  const raw: unknown = seal({ kind: "job", id: "abcdefgh-1", cluster: "eu1", actor: "local:ops", ttl: 10_000, payload }, key, at);
  return { id: "abcdefgh-1", raw };
}

describe("admit()", () => {
  test("takes an honest job in time", () => {
    expect(admit(delivered(job), how)).toMatchObject({ kind: "job", job: { command: "status" }, exp: 109_000 });
  });

  test("drops what no bot has signed, without a word", () => {
    expect(admit(delivered(job, 99_000, stranger.privateKey), how)).toMatchObject({ kind: "dropped", failure: { code: "bad_signature" } });
    expect(admit({ id: "abcdefgh-1", raw: null }, how)).toMatchObject({ kind: "dropped" });
  });

  test("answers a signed job that comes too late, and tells about the clocks", () => {
    const late = admit(delivered(job, 50_000), how);

    expect(late).toMatchObject({ kind: "refused", job: { id: "abcdefgh-1", replyTo: "outcomes" }, failure: { code: "expired" } });
    expect(late).toMatchObject({
      failure: { message: "the job reached the worker 40 s after its end", hint: expect.stringContaining("clocks") },
    });
  });

  test("answers a signed job of another version", () => {
    expect(admit(delivered({ ...job, v: 2 }), how)).toMatchObject({ kind: "refused", failure: { code: "job_version" } });
  });

  test("drops a late job that a stranger signed or that lies under another id", () => {
    expect(admit(delivered(job, 50_000, stranger.privateKey), how).kind).toBe("dropped");
    expect(admit({ ...delivered(job, 50_000), id: "another-id" }, how).kind).toBe("dropped");
    expect(admit({ ...delivered(job), id: "another-id" }, how).kind).toBe("dropped");
  });
});
