import { byId } from "./element.js";

const panels = ["thread", "faults"] as const;
type Panel = (typeof panels)[number];

/** One panel at a time stands beside the channel; null closes it. */
export function openPanel(wanted: Panel | null): void {
  for (const panel of panels) byId(panel).hidden = panel !== wanted;
  byId("show-faults").setAttribute("aria-expanded", String(wanted === "faults"));
}

export const isOpen = (panel: Panel): boolean => !byId(panel).hidden;
