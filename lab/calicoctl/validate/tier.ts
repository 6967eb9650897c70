import type { Json } from "../input/decode.js";
import { metadataOf, specOf, text } from "./members.js";
import { metadata, tierName } from "./metadata.js";
import type { Wrong } from "./wrong.js";

/** Tiers that Calico makes itself, and their order. */
export const builtIn: Readonly<Record<string, number>> = { default: 1_000_000, "kube-admin": 1_000, "kube-baseline": 10_000_000 };

export function tier(object: Json): Wrong[] {
  const name = text(metadataOf(object), "name");
  const order = builtIn[name];
  const { order: own } = specOf(object);
  const value = own === undefined ? "<nil>" : "0xc000";
  const fits = order === undefined || own === order;
  return [
    ...metadata(object),
    ...tierName(object),
    ...(fits ? [] : [{ name: "TierSpec.Order", value, reason: `${name} tier order must be ${goNumber(order)}` }]),
  ];
}

const goNumber = (value: number): string =>
  value >= 1e21 ? String(value) : value >= 1e6 ? value.toExponential().replace(/e\+(\d)$/, "e+0$1") : String(value);
