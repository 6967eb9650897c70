import { part } from "../../calico/part.js";
import { blocking, called, type Watch } from "./guard.js";

/** Labels by which Calico and Neutron tell whose a thing is. */
const isTheirs = (label: string): boolean => label.includes("projectcalico.org/") && label !== "projectcalico.org/tier";

/** Labels that are not a person's to write; what is stored already may stay. */
export const watchOwned: Watch = ({ draft, action, stored }) => {
  if (action === "delete" || draft.kind === "WorkloadEndpoint") return [];
  const labels = (value: unknown) => part(part(part(value)["metadata"])["labels"]);
  const [before, after] = [labels(stored?.value), labels(draft.object)];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(isTheirs);
  const touched = names.filter((label) => before[label] !== after[label]);
  if (touched.length === 0) return [];
  const verb = touched.some((label) => label in after) ? "sets" : "takes away";
  return [blocking(`${called(draft)} ${verb} ${touched.join(", ")}, which is Calico's and Neutron's own`)];
};

/** What cannot be read cannot be put back. */
export const watchStored: Watch = ({ draft, stored }) =>
  stored !== null && typeof stored.value["kind"] !== "string"
    ? [blocking(`${called(draft)} is stored in a form that cannot be read: it could not be put back`)]
    : [];
