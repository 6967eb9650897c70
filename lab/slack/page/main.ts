import { click, listen, type Message, messagesOf, type, type Workspace, workspace } from "./api.js";
import { startComposer } from "./composer.js";
import { byId, element } from "./element.js";
import { drawFaults } from "./faults.js";
import { drawMessages } from "./messages.js";

interface Page {
  workspace: Workspace;
  person: string;
  channel: string;
  thread: Message | null;
}

const tell = (text: string): void => void (byId("hint").textContent = text);

async function start(): Promise<void> {
  const known = await workspace();
  const first = known.people.find(({ bot }) => !bot);
  const page: Page = { workspace: known, person: first?.id ?? "", channel: known.channels[0]?.id ?? "", thread: null };
  drawPeople(page);
  drawChannels(page);
  startComposer({ commands: known.commands, send: (text) => send(page, text) });
  const panel = byId("faults");
  const toggle = byId<HTMLButtonElement>("show-faults");
  toggle.hidden = !known.hasFaults;
  toggle.addEventListener("click", () => {
    panel.hidden = !panel.hidden;
    toggle.setAttribute("aria-expanded", String(!panel.hidden));
  });
  if (known.hasFaults) await drawFaults(tell);
  listen({ message: () => void refresh(page), faults: () => void drawFaults(tell) });
}

function drawPeople(page: Page): void {
  const select = byId<HTMLSelectElement>("person");
  for (const person of page.workspace.people.filter(({ bot }) => !bot)) {
    const option = element("option", "", person.real);
    option.value = person.id;
    select.append(option);
  }
  select.addEventListener("change", () => {
    page.person = select.value;
    const mine = page.workspace.channels.filter(({ members }) => members.includes(page.person));
    if (!mine.some(({ id }) => id === page.channel)) page.channel = mine[0]?.id ?? "";
    drawChannels(page);
    void refresh(page);
  });
}

function drawChannels(page: Page): void {
  const mine = page.workspace.channels.filter(({ members }) => members.includes(page.person));
  const items = mine.map((channel) => {
    const button = element("button", "", `${channel.direct ? "@" : "#"} ${channel.name}`);
    button.type = "button";
    button.setAttribute("aria-current", String(channel.id === page.channel));
    button.addEventListener("click", () => {
      page.channel = channel.id;
      drawChannels(page);
      void refresh(page);
    });
    return element("li", "", button);
  });
  byId("channels").replaceChildren(...items);
  const open = mine.find(({ id }) => id === page.channel);
  byId("title").textContent = open ? `${open.direct ? "@" : "#"}${open.name}` : "";
  setThread(page, null);
}

async function refresh(page: Page): Promise<void> {
  const box = byId("messages");
  const low = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
  const messages = await messagesOf(page.person, page.channel);
  const showing = {
    workspace: page.workspace,
    press: (ts: string, action: string) => void click({ as: page.person, ts, action }).catch((error: Error) => tell(error.message)),
    reply: (message: Message) => setThread(page, message),
  };
  const drawn = drawMessages(messages, showing);
  box.replaceChildren(...(drawn.length > 0 ? drawn : [element("p", "empty", "Nothing here yet. Type /calico status below.")]));
  if (low) box.scrollTop = box.scrollHeight;
}

function setThread(page: Page, message: Message | null): void {
  page.thread = message;
  const note = byId("threading");
  note.hidden = message === null;
  if (!message) return;
  const leave = element("button", "button", "leave the thread");
  leave.type = "button";
  leave.addEventListener("click", () => setThread(page, null));
  note.replaceChildren("Replying in a thread; slash commands do not work there, mention @calico instead. ", leave);
  byId("text").focus();
}

async function send(page: Page, text: string): Promise<void> {
  try {
    await type({ as: page.person, channel: page.channel, text, ...(page.thread ? { thread: page.thread.ts } : {}) });
  } catch (error) {
    tell(error instanceof Error ? error.message : "that did not work");
  }
}

void start();
