import { type Fault, faultsNow, setFault } from "./api.js";
import { byId, element } from "./element.js";

/** Names of faults that are being set or taken back right now, and what went wrong with the last one. */
const busy = new Set<string>();
let wrong = "";

/** The panel that breaks and mends the site; what is broken stands first. */
export async function drawFaults(): Promise<void> {
  const faults = await faultsNow();
  const broken = faults.filter(({ active }) => active).length;
  const focused = (document.activeElement as HTMLElement | null)?.dataset["fault"];
  byId("fault-list").replaceChildren(...faults.toSorted((a, b) => Number(b.active) - Number(a.active)).map(row));
  byId("fault-list")
    .querySelector<HTMLElement>(`[data-fault="${focused ?? ""}"]`)
    ?.focus();
  const said = byId("fault-said");
  said.textContent = wrong !== "" ? wrong : broken > 0 ? "Broken now. Ask /calico status, or press Refresh on a card." : "";
  said.classList.toggle("wrong", wrong !== "");
  const toggle = byId("show-faults");
  toggle.textContent = broken === 0 ? "Break something" : `${broken} ${broken === 1 ? "thing is" : "things are"} broken`;
  toggle.classList.toggle("danger", broken > 0);
}

function row(fault: Fault): HTMLElement {
  const verb = fault.active ? "Heal" : "Break";
  const button = element("button", fault.active ? "button primary" : "button", verb);
  button.type = "button";
  button.dataset["fault"] = fault.name;
  button.setAttribute("aria-label", `${verb}: ${fault.title}`);
  if (busy.has(fault.name)) {
    button.disabled = true;
    button.textContent = fault.active ? "Healing…" : "Breaking…";
  }
  button.addEventListener("click", () => void change(fault));
  const title = element("span", "", fault.title);
  if (busy.has(fault.name) && fault.active) title.append(element("small", "", "waits until every BGP session is up again"));
  return element("li", fault.active ? "active" : "", title, button);
}

async function change({ name, active }: Fault): Promise<void> {
  busy.add(name);
  wrong = "";
  await drawFaults();
  await setFault(name, active).catch((error: Error) => (wrong = error.message));
  busy.delete(name);
  await drawFaults();
}
