import { type Fault, faultsNow, setFault } from "./api.js";
import { byId, element } from "./element.js";

/** The panel that breaks and mends the site. */
export async function drawFaults(tell: (text: string) => void): Promise<void> {
  const faults = await faultsNow();
  byId("fault-list").replaceChildren(...faults.map((fault) => draw(fault, tell)));
  byId("show-faults").textContent = faults.some(({ active }) => active) ? "Broken: mend the site" : "Break the site";
}

function draw(fault: Fault, tell: (text: string) => void): HTMLElement {
  const button = element("button", fault.active ? "" : "danger", fault.active ? "Heal" : "Break");
  button.type = "button";
  button.setAttribute("aria-label", `${fault.active ? "Heal" : "Break"}: ${fault.title}`);
  button.addEventListener("click", () => {
    button.disabled = true;
    button.textContent = fault.active ? "healing…" : "breaking…";
    setFault(fault.name, fault.active)
      .catch((error: Error) => tell(error.message))
      .finally(() => void drawFaults(tell));
  });
  return element("li", fault.active ? "active" : "", element("span", "", fault.title), button);
}
