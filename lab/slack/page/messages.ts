import type { Message, Workspace } from "./api.js";
import { drawBlocks } from "./blocks.js";
import { element } from "./element.js";
import { mrkdwn } from "./mrkdwn.js";

export interface Showing {
  workspace: Workspace;
  press(ts: string, action: string): void;
  reply(message: Message): void;
}

/** Messages in order, each thread below the message that began it. */
export function drawMessages(messages: readonly Message[], showing: Showing): HTMLElement[] {
  const tops = messages.filter(({ thread_ts }) => thread_ts === undefined);
  const drawn = tops.flatMap((top) => [top, ...messages.filter(({ thread_ts }) => thread_ts === top.ts)]);
  return drawn.map((message) => draw(message, showing));
}

function draw(message: Message, showing: Showing): HTMLElement {
  const { workspace } = showing;
  const person = workspace.people.find(({ id }) => id === message.user);
  const names = (id: string): string =>
    workspace.people.find((one) => one.id === id)?.name ?? workspace.channels.find((one) => one.id === id)?.name ?? id;
  const name = person?.name ?? "Slackbot";
  const made = element("article", `message${message.onlyFor ? " private" : ""}${message.thread_ts ? " reply" : ""}`);
  made.dataset["ts"] = message.ts;
  const face = element("div", `face${person?.bot ? " bot" : ""}`, name.charAt(0).toUpperCase());
  face.setAttribute("aria-hidden", "true");
  const body = element("div", "body");
  if (message.blocks) body.append(...drawBlocks(message.blocks, { names, press: (action) => showing.press(message.ts, action) }));
  else body.append(...mrkdwn(message.text, names));
  for (const file of message.files ?? [])
    body.append(element("details", "file", element("summary", "", file.name), element("pre", "", file.text)));
  made.append(face, head(message, { name, bot: person?.bot === true, showing }), body);
  return made;
}

function head(message: Message, { name, bot, showing }: { name: string; bot: boolean; showing: Showing }): HTMLElement {
  const time = element(
    "time",
    "",
    new Date(Number(message.ts) * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" }),
  );
  const made = element("div", "head", element("b", "", name));
  if (bot) made.append(element("span", "tag", "APP"));
  made.append(time);
  if (message.onlyFor) made.append(element("span", "tag", "only visible to you"));
  else if (!message.thread_ts) {
    const reply = element("button", "reply-button", "reply in thread");
    reply.type = "button";
    reply.addEventListener("click", () => showing.reply(message));
    made.append(reply);
  }
  return made;
}
