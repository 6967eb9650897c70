import { matches, prefixed } from "../selector/evaluate.js";
import { parseSelector } from "../selector/parse.js";
import type { Labels, Selector } from "../selector/selector.js";
import type { StoredPolicy } from "./policy.js";

/** The label by which felix tells an endpoint's namespace; host endpoints have none. */
export const namespaceLabel = "projectcalico.org/namespace";
const inNamespace: Selector = { op: "has", label: namespaceLabel };

/** Which endpoints a policy selects, or what is wrong with its selectors. */
export type Choice =
  /** `whole` is all that `selects` asks, `selector` what is written in the policy's own field. */
  { ok: true; selects(labels: Labels): boolean; selector: Selector; whole: Selector } | { ok: false; mistakes: Mistake[] };

export interface Mistake {
  field: "selector" | "namespaceSelector" | "serviceAccountSelector";
  text: string;
  message: string;
  at: number;
}

/** Compiles a policy's selectors as felix does: its own, those over its namespace's and service account's labels, and its namespace. */
export function choiceOf({ namespace, kind, spec }: StoredPolicy): Choice {
  const mistakes: Mistake[] = [];
  const read = (field: Mistake["field"]): Selector | null => {
    const text = spec[field] ?? "";
    const parsed = parseSelector(text);
    if (parsed.ok) return parsed.selector;
    mistakes.push({ field, text, ...parsed.error });
    return null;
  };
  const parts = [read("selector")];
  if (kind === "GlobalNetworkPolicy" && isSet(spec.namespaceSelector)) parts.push(overNamespaces(read("namespaceSelector")));
  if (isSet(spec.serviceAccountSelector)) parts.push(over(read("serviceAccountSelector"), "pcsa."));
  if (namespace !== null) parts.push({ op: "==", label: namespaceLabel, value: namespace });
  const all = parts.flatMap((part) => part ?? []);
  if (mistakes.length > 0) return { ok: false, mistakes };
  const selector = all[0] ?? { op: "all" };
  const whole: Selector = all.length > 1 ? { op: "and", of: all } : selector;
  return { ok: true, selector, whole, selects: (labels) => all.every((part) => matches(part, labels)) };
}

const isSet = (text: string | undefined): boolean => text !== undefined && text.trim() !== "";
const over = (selector: Selector | null, prefix: string): Selector | null => selector && prefixed(selector, prefix);

/** A bare `all()` means "is in a namespace", a bare `global()` the opposite. */
function overNamespaces(selector: Selector | null): Selector | null {
  if (selector?.op === "all") return inNamespace;
  if (selector?.op === "global") return { op: "not", of: inNamespace };
  return over(selector, "pcns.");
}
