import type { Message, Workspace } from "./api.js";
import { drawBlocks } from "./blocks.js";
import { element, scrolling } from "./element.js";
import type { Item } from "./keyed.js";
import { mrkdwn } from "./mrkdwn.js";
import { timeOf } from "./time.js";

export interface Showing {
  workspace: Workspace;
  press(ts: string, action: string): Promise<void>;
  /** Opens the thread of a message; null = messages here cannot be replied to. */
  openThread: ((ts: string) => void) | null;
}

/** The messages of a channel that are not in threads, each with how many replies it has. */
export function channelItems(messages: readonly Message[], showing: Showing): Item[] {
  const tops = messages.filter(({ thread_ts }) => thread_ts === undefined);
  return tops.map((top) =>
    itemOf(
      top,
      showing,
      messages.filter(({ thread_ts, onlyFor }) => thread_ts === top.ts && onlyFor === undefined),
    ),
  );
}

/** The first message of a thread and its replies. */
export function threadItems(messages: readonly Message[], ts: string, showing: Showing): Item[] {
  return messages.filter((message) => message.ts === ts || message.thread_ts === ts).map((message) => itemOf(message, showing, []));
}

function itemOf(message: Message, showing: Showing, replies: readonly Message[]): Item {
  return { key: message.ts, stamp: JSON.stringify([message, replies.length]), draw: () => draw(message, showing, replies) };
}

function draw(message: Message, showing: Showing, replies: readonly Message[]): HTMLElement {
  const { people } = showing.workspace;
  const author = people.find(({ id }) => id === message.user) ?? { name: "Slackbot", bot: true };
  const face = element("div", `face${author.bot ? " bot" : ""}`, author.name.charAt(0).toUpperCase());
  face.setAttribute("aria-hidden", "true");
  const head = element("div", "head", element("b", "", author.name), ...(author.bot ? [element("span", "tag", "APP")] : []));
  head.append(timeOf(message.ts));
  if (message.onlyFor) head.append(element("span", "private-note", "Only visible to you"));
  const made = element("article", `message${message.onlyFor ? " private" : ""}`, face, head, body(message, showing));
  made.dataset["ts"] = message.ts;
  const { openThread } = showing;
  if (openThread && !message.onlyFor) made.append(threadButton(replies, () => openThread(message.ts)));
  return made;
}

function body(message: Message, showing: Showing): HTMLElement {
  const names = (id: string): string => nameIn(showing.workspace, id);
  const made = element("div", "body");
  if (message.blocks) made.append(...drawBlocks(message.blocks, { names, press: (action) => showing.press(message.ts, action) }));
  else made.append(element("div", "", ...mrkdwn(message.text, names)));
  made.append(...(message.files ?? []).map(fileOf));
  return made;
}

/** What people call somebody, a channel or a user group; one that is unknown is called by its id. */
export function nameIn({ people, channels, groups }: Workspace, id: string): string {
  return [...people, ...channels].find((one) => one.id === id)?.name ?? groups.find((one) => one.id === id)?.handle ?? id;
}

/** A file to be seen or read here, or downloaded. */
function fileOf({ id, name, text, image }: NonNullable<Message["files"]>[number]): HTMLElement {
  const link = element("a", "download", "Download");
  link.href = `files/${id}`;
  link.download = name;
  link.setAttribute("aria-label", `Download ${name}`);
  if (image === true) return element("div", "file image", pictureOf(`files/${id}`, name), link);
  const content = scrolling(element("pre", "", text), name);
  const lines = text.replace(/\n$/, "").split("\n").length;
  return element(
    "div",
    "file",
    element("details", "", element("summary", "", `${name} (${lines} ${lines === 1 ? "line" : "lines"})`), content),
    link,
  );
}

function pictureOf(source: string, name: string): HTMLElement {
  const picture = element("img", "");
  picture.src = source;
  picture.alt = name;
  return picture;
}

function threadButton(replies: readonly Message[], open: () => void): HTMLElement {
  const last = replies.at(-1);
  const count = `${replies.length} ${replies.length === 1 ? "reply" : "replies"}`;
  const button = last
    ? element("button", "replies", element("b", "", count), " last ", timeOf(last.ts, "ago"))
    : element("button", "replies none", "Reply in thread");
  button.type = "button";
  button.dataset["action"] = "thread";
  button.addEventListener("click", open);
  return button;
}
