import { createPublicKey, type KeyObject } from "node:crypto";
import { fingerprintOf } from "../config/keys.js";
import { open } from "../contract/envelope.js";
import { toFailure } from "../contract/failure.js";
import { Heartbeat } from "../contract/outcome.js";
import { bad, type Check, good, warn } from "./check.js";

/** The fingerprint of what a private key signs with. */
export const publicFingerprint = (privatePem: string): string =>
  fingerprintOf(createPublicKey(privatePem).export({ type: "spki", format: "pem" }).toString());

const short = (fingerprint: string): string => fingerprint.slice(0, 19);

/** Whether an own key is among those that the same file says the others know. An empty list is another machine's business. */
export function ownKeyCheck(what: string, own: string, known: readonly string[], list: string): Check {
  if (known.includes(own)) return good(what, `${short(own)}… is in ${list}`);
  if (known.length === 0) return good(what, `${short(own)}…; ${list} is not in this file`);
  return bad(
    what,
    `${short(own)}… is not in ${list} (${known.map(short).join(", ")})`,
    `put the .pub file of the key into ${list} on both sides`,
  );
}

/** What the signs of life in Redis tell about the keys: do the bots believe the workers, and do the workers obey the bots? */
export function workerChecks(
  cluster: string,
  beats: readonly unknown[],
  how: { keys: readonly KeyObject[]; own: string; now: number },
): Check[] {
  const what = `workers of ${cluster}`;
  if (beats.length === 0)
    return [
      bad(what, "none has given a sign of life for 15 s", `start \`calico-chatops worker\` in ${cluster}, or check its way to Redis`),
    ];
  return beats.map((raw) => {
    try {
      const { value } = open(raw, Heartbeat, { kind: "heartbeat", cluster, keys: how.keys, now: how.now });
      const name = `worker ${value.worker} of ${cluster}`;
      if (value.trusts.length === 0)
        return warn(name, `alive (${value.version}); it does not tell which bots it obeys`, "update the worker");
      if (value.trusts.includes(how.own)) return good(name, `alive (${value.version}); bot and worker know each other's key`);
      const text = `it obeys ${value.trusts.map(short).join(", ")}, and this bot signs with ${short(how.own)}`;
      return bad(name, text, "put the bot's .pub file into the worker's botKeys");
    } catch (error) {
      const { message } = toFailure(error);
      return bad(
        what,
        `a sign of life is not believed: ${message}`,
        "put the worker's .pub file into the bot's workerKeys; compare the clocks",
      );
    }
  });
}
