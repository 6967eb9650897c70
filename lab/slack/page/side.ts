import type { Channel, Workspace } from "./api.js";
import { byId, element } from "./element.js";

/** Where somebody is in the workspace. */
export interface Place {
  workspace: Workspace;
  person: string;
  channel: string;
  /** First message of the open thread. */
  thread: string | null;
  /** Channels with something new. */
  unread: Set<string>;
}

export const channelsOf = ({ workspace, person }: Place): Channel[] => workspace.channels.filter(({ members }) => members.includes(person));
export const nameOf = ({ direct, name }: Channel): string => `${direct ? "@" : "#"}${name}`;

/** Who one can be. */
export function drawPeople(place: Place): void {
  const options = place.workspace.people.filter(({ bot }) => !bot).map(({ id, real }) => new Option(real, id, false, id === place.person));
  byId("person").replaceChildren(...options);
}

/** The channels of this person, the open one marked, those with news bold. */
export function drawChannels(place: Place, open: (channel: string) => void): void {
  const items = channelsOf(place).map((channel) => {
    const button = element("button", place.unread.has(channel.id) ? "unread" : "", `${channel.direct ? "@" : "#"} ${channel.name}`);
    button.type = "button";
    button.dataset["channel"] = channel.id;
    button.setAttribute("aria-current", String(channel.id === place.channel));
    button.addEventListener("click", () => open(channel.id));
    return element("li", "", button);
  });
  const focused = (document.activeElement as HTMLElement | null)?.dataset["channel"];
  byId("channels").replaceChildren(...items);
  byId("channels")
    .querySelector<HTMLElement>(`[data-channel="${focused ?? ""}"]`)
    ?.focus();
  const here = channelsOf(place).find(({ id }) => id === place.channel);
  byId("title").textContent = here ? nameOf(here) : "";
  byId("topic").textContent = here?.topic ?? "";
}
