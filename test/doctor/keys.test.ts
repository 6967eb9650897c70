import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { expect, test } from "@jest/globals";
import { fingerprintOf, generateKeyPair } from "../../src/config/keys.js";
import { seal } from "../../src/contract/envelope.js";
import { ownKeyCheck, publicFingerprint, workerChecks } from "../../src/doctor/keys.js";

const bot = generateKeyPair();
const worker = generateKeyPairSync("ed25519");
const own = publicFingerprint(bot.privatePem);
const how = { keys: [worker.publicKey], own, now: Date.now() };

function beat(trusts: string[], key = worker.privateKey): unknown {
  const payload = { v: 1, worker: "w1", cluster: "eu1", version: "1", changes: false, running: 0, jobs: [], trusts, started: 1 };
  return seal({ kind: "heartbeat", id: "w1", cluster: "eu1", actor: "worker:w1", ttl: 45_000, payload }, key);
}

test("bot and worker that know each other's key are green", () => {
  expect(own).toBe(fingerprintOf(createPublicKey(bot.publicPem).export({ type: "spki", format: "pem" }).toString()));
  expect(workerChecks("eu1", [beat([own])], how)).toEqual([expect.objectContaining({ light: "ok", what: "worker w1 of eu1" })]);
});

test("a worker that obeys another bot is red, and the fix is on the worker's side", () => {
  expect(workerChecks("eu1", [beat(["SHA256:other"])], how)).toEqual([
    expect.objectContaining({ light: "bad", fix: "put the bot's .pub file into the worker's botKeys" }),
  ]);
});

test("a worker whose key the bot does not know is red, and the fix is on the bot's side", () => {
  const stranger = generateKeyPairSync("ed25519").privateKey;

  expect(workerChecks("eu1", [beat([own], stranger)], how)).toEqual([
    expect.objectContaining({ light: "bad", fix: expect.stringContaining("the bot's workerKeys") }),
  ]);
});

test("no worker at all is red", () => {
  expect(workerChecks("eu1", [], how)).toEqual([expect.objectContaining({ light: "bad", text: expect.stringContaining("sign of life") })]);
});

test("an own key that the same file does not list is red; a file without the list says nothing about it", () => {
  const lights = [[own], [], ["SHA256:other"]].map((known) => ownKeyCheck("bot key", own, known, "botKeys").light);

  expect(lights).toEqual(["ok", "ok", "bad"]);
});
