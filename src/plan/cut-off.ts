import { type Cidr, sizeOf } from "../calico/cidr.js";
import type { Wanted } from "./wanted.js";

/** Something that is cut off from VMs for a time. */
export interface CutOff {
  /** What its policy is called: `chatops-block-203-0-113-7`. */
  name: string;
  /** VMs whose host enforces it. */
  selector: string;
  order: number;
  /** Who, why, how long; for whoever finds the policy. */
  notes: Readonly<Record<string, string>>;
}

/** Annotations of what the bot wrote for a time. */
const prefix = "calico-chatops";

/** A policy that drops all traffic of VMs with some addresses outside, in both directions. */
export const blocked = (nets: readonly Cidr[], cut: CutOff): Wanted["draft"] =>
  policy(cut, { ingress: drops(nets, "source"), egress: drops(nets, "destination") });

/**
 * A policy that drops all traffic of some VM addresses, in both directions. No label is a single VM's own, so it selects VMs by what
 * they have in common, and its rules say which one is meant; felix lets no VM send from another's address.
 */
export const isolated = (nets: readonly Cidr[], cut: CutOff): Wanted["draft"] =>
  policy(cut, { ingress: drops(nets, "destination"), egress: drops(nets, "source") });

/** A rule holds addresses of one family only. */
function drops(nets: readonly Cidr[], end: "source" | "destination"): object[] {
  return ([4, 6] as const).flatMap((family) => {
    const texts = nets.filter((net) => net.family === family).map(({ text }) => text);
    return texts.length === 0 ? [] : [{ action: "Deny", [end]: { nets: texts } }];
  });
}

function policy({ name, selector, order, notes }: CutOff, rules: { ingress: object[]; egress: object[] }): Wanted["draft"] {
  const annotations = Object.fromEntries(Object.entries(notes).map(([note, text]) => [`${prefix}/${note}`, text]));
  const object = {
    apiVersion: "projectcalico.org/v3",
    kind: "GlobalNetworkPolicy",
    metadata: { name, annotations },
    spec: { tier: "default", order, selector, types: ["Ingress", "Egress"], ...rules },
  };
  return { kind: "GlobalNetworkPolicy", name, namespace: null, object };
}

/** A prefix in a name: `203-0-113-0-24`, an address without its length. */
export const asName = (net: Cidr): string => (sizeOf(net) === 1n ? net.text.replace(/\/.*$/, "") : net.text).replace(/[.:/]/g, "-");

/** An order before all that have one, in a tier where these orders are taken; one for the first is enough. */
export const firstOrder = (taken: readonly (number | null)[]): number => {
  const numbers = taken.flatMap((order) => order ?? []);
  return Math.min(1, ...numbers.map((order) => Math.ceil(order) - 1));
};
