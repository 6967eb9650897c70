import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { open, seal, sealedHere } from "../../src/contract/envelope.js";
import { toFailure } from "../../src/contract/failure.js";

const ours = generateKeyPairSync("ed25519");
const theirs = generateKeyPairSync("ed25519");
const Payload = z.object({ n: z.number() });
const what = { kind: "job" as const, id: "job-00000001", cluster: "lab", actor: "local:ops", ttl: 10_000, payload: { n: 7 } };
const how = { kind: "job" as const, cluster: "lab", keys: [ours.publicKey], now: 5000 };

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return toFailure(error).code;
  }
  return "opened";
}

describe("an envelope", () => {
  test("gives back what was sealed", () => {
    expect(open(seal(what, ours.privateKey, 1000), Payload, how).value).toEqual({ n: 7 });
  });

  test("that was opened before is looked at as closely the next time", () => {
    const sealed = seal(what, ours.privateKey, 1000);
    expect(codeOf(() => open(sealed, Payload, how))).toBe("opened");

    expect(codeOf(() => open({ ...sealed, payload: '{"n":8}' }, Payload, how))).toBe("bad_signature");
    expect(codeOf(() => open({ ...sealed, exp: 99_999_999 }, Payload, how))).toBe("bad_signature");
    expect(codeOf(() => open({ ...sealed, sig: Buffer.alloc(64).toString("base64") }, Payload, how))).toBe("bad_signature");
    expect(codeOf(() => open(sealed, Payload, { ...how, keys: [theirs.publicKey] }))).toBe("bad_signature");
    expect(codeOf(() => open(sealed, Payload, { ...how, now: 11_000 }))).toBe("expired");
    expect(codeOf(() => open(sealed, Payload, how))).toBe("opened");
  });

  test("that was sealed here is looked at as closely, and only the key that sealed it vouches for it", () => {
    const sealed = sealedHere(seal(what, ours.privateKey, 1000), ours.publicKey);
    expect(open(sealed, Payload, how).value).toEqual({ n: 7 });

    expect(codeOf(() => open({ ...sealed, payload: '{"n":8}' }, Payload, how))).toBe("bad_signature");
    expect(codeOf(() => open({ ...sealed, exp: 99_999_999 }, Payload, how))).toBe("bad_signature");
    expect(codeOf(() => open({ ...sealed, sig: Buffer.alloc(64).toString("base64") }, Payload, how))).toBe("bad_signature");
    expect(codeOf(() => open(sealed, Payload, { ...how, keys: [theirs.publicKey] }))).toBe("bad_signature");
  });

  test.each([
    ["kind", "outcome"],
    ["id", "job-00000002"],
    ["cluster", "other"],
    ["actor", "local:root"],
    ["iat", 999],
    ["exp", 99_999_999],
    ["digest", "0".repeat(64)],
    ["payload", '{"n":8}'],
    ["sig", Buffer.alloc(64).toString("base64")],
  ])("is refused when its %s was altered", (field, value) => {
    const altered = { ...seal(what, ours.privateKey, 1000), [field]: value };

    expect(codeOf(() => open(altered, Payload, how))).toBe("bad_signature");
  });

  test("of an unknown key, of another kind or for another cluster is refused", () => {
    expect(codeOf(() => open(seal(what, theirs.privateKey, 1000), Payload, how))).toBe("bad_signature");
    expect(codeOf(() => open(seal({ ...what, kind: "cancel" }, ours.privateKey, 1000), Payload, how))).toBe("bad_signature");
    expect(codeOf(() => open(seal({ ...what, cluster: "eu2" }, ours.privateKey, 1000), Payload, how))).toBe("bad_signature");
  });

  test("is refused after its time and long before it", () => {
    expect(codeOf(() => open(seal(what, ours.privateKey, 1000), Payload, { ...how, now: 11_000 }))).toBe("expired");
    expect(codeOf(() => open(seal(what, ours.privateKey, 100_000), Payload, how))).toBe("expired");
  });

  test("that is no envelope at all is refused", () => {
    for (const junk of [null, "x", {}, { v: 1 }, []]) expect(codeOf(() => open(junk, Payload, how))).toBe("bad_signature");
  });

  test("with a payload of another shape is a version problem", () => {
    expect(codeOf(() => open(seal({ ...what, payload: { m: 1 } }, ours.privateKey, 1000), Payload, how))).toBe("job_version");
  });
});
