import { forwardingIn } from "../verdict/forwarding.js";
import type { Model } from "../verdict/model.js";

/** Whether two snapshots have the same doubts about what hosts forward. */
export function forwardsAlike(a: Model, b: Model): boolean {
  const text = (model: Model): string => JSON.stringify([...forwardingIn(model)].toSorted(([one], [other]) => (one < other ? -1 : 1)));
  return text(a) === text(b);
}
