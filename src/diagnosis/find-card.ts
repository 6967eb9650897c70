import { timeOfDay } from "../contract/times.js";
import { type View, view, worst } from "../contract/view.js";
import type { FindAnswer } from "./find.js";
import { sayWhole } from "./ip-owners.js";
import { count, list } from "./say.js";
import { sayUnreadable, unreadableSection } from "./unreadable.js";
import { sayPlace, vmFacts, vmTable } from "./vm-card.js";

const mostShown = 20;

/** The one thing that has the name, or all that have it, with what tells them apart. */
export function findCard(answer: FindAnswer): View {
  const { vms, things, findings, notAsked, unreadable } = answer;
  const blind = notAsked.some(({ what }) => what === "etcd" || what === "Neutron");
  const light = worst([
    ...findings.map((found) => found.light),
    ...(unreadable.count > 0 ? ["warn" as const] : []),
    ...(blind ? ["unknown" as const] : []),
    "info",
  ]);
  const card = view(light, headline(answer), second(answer));
  if (findings.length > 0)
    card.sections.push({
      kind: "lines",
      title: "what does not fit",
      lines: findings.slice(0, 8).map(({ light: lamp, text, detail }) => ({ light: lamp, text, detail })),
    });
  const [vm] = vms;
  if (vm !== undefined) card.sections.push(vms.length === 1 ? vmFacts(vm) : vmTable(vms));
  if (things.length > 0)
    card.sections.push({
      kind: "table",
      title: things.length > mostShown ? `also (${mostShown} of ${things.length})` : vms.length > 0 ? "also" : "found",
      columns: [{ title: "kind" }, { title: "name" }, { title: "project" }, { title: "what is known" }, { title: "id" }],
      rows: things.slice(0, mostShown).map(({ kind, name, project, text, id }) => [kind, name, project ?? "-", text, id ?? "-"]),
    });
  card.sections.push(...unreadableSection(unreadable));
  if (vms.length === 1 && vm?.addresses[0] !== undefined) card.actions.push({ label: "Address", line: `ip ${vm.addresses[0]}` });
  for (const { line, kind, name } of things.filter((thing) => thing.line !== null).slice(0, 3))
    if (line !== null) card.actions.push({ label: kind === "host" ? name : `${kind} ${name}`, line });
  card.footer.push(`as of ${timeOfDay(answer.at)} UTC`);
  if (notAsked.length > 0) card.footer.push(`Could not ask: ${list(notAsked.map(({ what, why }) => `${what} (${why})`))}`);
  return card;
}

function headline({ word, vms, vmCount, things, notAsked, unreadable, cluster }: FindAnswer): string {
  const [vm] = vms;
  const all = vmCount + things.length;
  if (vm !== undefined && vmCount === 1) return `"${word}" is ${sayWhole(vm)}${things.length > 0 ? ` (+${things.length} more)` : ""}`;
  const [thing] = things;
  if (thing !== undefined && all === 1)
    return `"${word}" is ${thing.kind} "${thing.name}"${thing.project === null ? "" : ` of project "${thing.project}"`}`;
  if (all > 0) return `${count(all, "thing")} called "${word}" in ${cluster}`;
  const silent = [...new Set(notAsked.map(({ what }) => what))];
  const unknown = [silent.length === 0 ? null : `${list(silent)} could not be asked`, sayUnreadable(unreadable)];
  return `"${word}" was not found, and ${unknown.filter((one) => one !== null).join(", and ")}`;
}

function second({ vms, vmCount, things, notAsked }: FindAnswer): string {
  const [vm] = vms;
  const missing = notAsked.find(({ what }) => what === "etcd" || what === "Neutron");
  const half = missing === undefined ? "" : `; ${missing.what} could not be asked`;
  if (vm !== undefined && vmCount === 1) return `${sayPlace(vm)}${vm.addresses.length > 0 ? `, ${vm.addresses.join(", ")}` : ""}${half}`;
  const [thing] = things;
  if (thing !== undefined && vmCount + things.length === 1) return `${thing.text}${half}`;
  if (vmCount + things.length === 0) return missing === undefined ? "" : `${missing.what}: ${missing.why}`;
  return `${count(vmCount, "VM port")}, ${count(things.length, "other thing")}; say which by its id${half}`;
}
