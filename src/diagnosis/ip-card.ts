import { timeOfDay } from "../contract/times.js";
import { type Light, type View, view, worst } from "../contract/view.js";
import type { IpAnswer } from "./ip.js";
import { count, list } from "./say.js";
import { sayUnreadable, unreadableSection } from "./unreadable.js";
import { sayPlace, vmFacts, vmTable } from "./vm-card.js";

/** Whom it belongs to in the first line; what does not fit together before everything else. */
export function ipCard(answer: IpAnswer): View {
  const card = view(lightOf(answer), headline(answer), second(answer));
  const [vm, ...others] = answer.vms;
  if (answer.findings.length > 0)
    card.sections.push({
      kind: "lines",
      title: "what does not fit",
      lines: answer.findings.slice(0, 8).map(({ light, text, detail }) => ({ light, text, detail })),
    });
  if (vm !== undefined) card.sections.push(others.length === 0 ? vmFacts(vm) : vmTable(answer.vms));
  const lines = [
    ...answer.owners.map(({ text, by }) => `${text} (${by.join(" and ") || "found on neither side now"})`),
    ...answer.places.map((place) => `in ${place}`),
    ...(answer.allowed.length > 0 ? [`may be used by ${list(answer.allowed)} (allowed address pairs)`] : []),
  ];
  if (lines.length > 0) card.sections.push({ kind: "lines", title: "the address", lines: lines.map((text) => ({ text })) });
  card.sections.push(...unreadableSection(answer.unreadable));
  card.footer.push(`as of ${timeOfDay(answer.at)} UTC`);
  if (answer.notAsked.length > 0) card.footer.push(`Could not ask: ${list(answer.notAsked.map(({ what, why }) => `${what} (${why})`))}`);
  return card;
}

/** What could not be asked or read is never fine: another owner may be there. */
function lightOf({ findings, owners, notAsked, unreadable }: IpAnswer): Light {
  const left = unreadable.count > 0 ? ["warn" as const] : [];
  return worst([
    ...left,
    ...findings.map(({ light }) => light),
    ...(half(notAsked) ? ["unknown" as const] : []),
    owners.length > 0 ? "ok" : "info",
  ]);
}

const half = (notAsked: IpAnswer["notAsked"]): boolean => notAsked.some(({ what }) => what === "etcd" || what === "Neutron");

function headline({ address, owners, findings, notAsked, unreadable }: IpAnswer): string {
  const [owner, ...others] = owners;
  if (owner === undefined) {
    const silent = [...new Set(notAsked.filter(({ what }) => what === "etcd" || what === "Neutron").map(({ what }) => what))];
    const unknown = [silent.length === 0 ? null : `${silent.join(" and ")} could not be asked`, sayUnreadable(unreadable)];
    const said = unknown.filter((one) => one !== null);
    return said.length === 0 ? `nobody has ${address}` : `${address}: no owner found, and ${said.join(", and ")}`;
  }
  if (others.length > 0)
    return `${address} has ${count(owners.length, "owner")}: ${list(
      owners.map(({ text }) => text),
      2,
    )}`;
  const [first] = findings;
  return `${address} is ${owner.text}${first && first.light === "bad" && !first.text.includes("owners") ? `; ${first.text}` : ""}`;
}

function second({ owners, vms, places, notAsked, allowed, unreadable }: IpAnswer): string {
  const [vm] = vms;
  const missing = notAsked.find(({ what }) => what === "etcd" || what === "Neutron");
  const half = missing === undefined ? "" : `; ${missing.what} could not be asked, so this is one side only`;
  if (vm !== undefined)
    return `${sayPlace(vm)}${missing === undefined && vm.inEtcd && vm.inNeutron ? "; etcd and Neutron agree on whose it is" : ""}${half}`;
  const where = places.length === 0 ? "it lies in no subnet and no pool of this cluster" : `it lies in ${list(places, 3)}`;
  if (owners.length > 0) return `${where}${half}`;
  const free = allowed.length > 0 ? `; ${count(allowed.length, "VM")} may use it (allowed address pairs)` : "";
  return missing === undefined
    ? `${where}${places.length > 0 && unreadable.count === 0 ? " and is free there" : ""}${free}`
    : `${where}; ${missing.what}: ${missing.why}`;
}
