import { byId } from "./element.js";

const troubles = {
  workspace: "The workspace does not answer: is the demo still running? This page tries again by itself.",
  bot: "The bot is not connected: nobody answers until it is back. This note goes away by itself.",
};
const present = new Set<keyof typeof troubles>();

/** Says across the page what is away, until it is back. */
export function trouble(what: keyof typeof troubles, is: boolean): void {
  if (is) present.add(what);
  else present.delete(what);
  const worst = Object.entries(troubles).find(([name]) => present.has(name as keyof typeof troubles));
  const note = byId("trouble");
  note.hidden = worst === undefined;
  if (note.textContent !== (worst?.[1] ?? "")) note.textContent = worst?.[1] ?? "";
}
