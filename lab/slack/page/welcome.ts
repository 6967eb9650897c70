import type { Channel, Host, Workspace } from "./api.js";
import { element } from "./element.js";
import type { Item } from "./keyed.js";

export interface Welcoming {
  /** Puts a line into the composer, to be sent with Enter. */
  write(line: string): void;
  openFaults(): void;
}

/** What a channel begins with: the first one says what this page is and what to do first, the others what they are for. */
export function welcomeItem({ channels, hosts, hasFaults }: Workspace, channel: Channel, how: Welcoming): Item {
  const first = channel.id === channels[0]?.id;
  const draw = (): HTMLElement => (first ? newcomer({ hosts, hasFaults }, how) : element("div", "begin", begin(channel)));
  return { key: "welcome", stamp: channel.id, draw };
}

function begin({ name, direct, topic }: Channel): HTMLElement {
  return element("p", "", "This is the beginning of ", element("b", "", `${direct ? "@" : "#"}${name}`), `: ${topic}.`);
}

function newcomer({ hosts, hasFaults }: Pick<Workspace, "hosts" | "hasFaults">, how: Welcoming): HTMLElement {
  const made = element("div", "begin welcome", element("h3", "", "Try the Calico bot"));
  const behind = hosts.length > 0 ? ` and ${hosts.length} hosts with their own systemd, sshd, BIRD and etcd` : "";
  made.append(
    element(
      "p",
      "",
      `This page stands in for Slack. What answers is real and runs on this machine: the bot, its queue, a worker${behind}.`,
    ),
  );
  if (hosts.length > 0) made.append(element("ul", "hosts", ...hosts.map(chip)));
  const steps = [
    element(
      "li",
      "",
      "Ask how the cloud is: ",
      press("/calico status", () => how.write("/calico status")),
      " and Enter.",
    ),
  ];
  if (hasFaults) {
    const open = press("Break something", () => how.openFaults());
    steps.push(
      element("li", "", open, ": a BGP session, a daemon or a whole host, for real."),
      element("li", "", "Ask again, or press Refresh on the card: its first line names what broke."),
    );
  }
  made.append(element("ol", "", ...steps));
  return made;
}

function chip({ name, role, address }: Host): HTMLElement {
  return element("li", "", element("b", "", name), ` ${role} `, element("span", "", address));
}

function press(label: string, act: () => void): HTMLElement {
  const button = element("button", "button", label);
  button.type = "button";
  button.addEventListener("click", act);
  return button;
}
