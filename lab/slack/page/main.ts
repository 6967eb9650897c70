import { type Attachment, botSockets, click, messagesOf, type, workspace } from "./api.js";
import { startComposer } from "./composer.js";
import { byId } from "./element.js";
import { listen } from "./events.js";
import { drawFaults } from "./faults.js";
import { keyedList } from "./keyed.js";
import { channelItems, nameIn, type Showing, threadItems } from "./messages.js";
import { startModal } from "./modal.js";
import { isOpen, openPanel } from "./panels.js";
import { channelsOf, drawChannels, drawPeople, type Place } from "./side.js";
import { startClock } from "./time.js";
import { trouble } from "./trouble.js";
import { welcomeItem } from "./welcome.js";

const place: Place = {
  workspace: { people: [], channels: [], groups: [], bot: "", commands: [], hasFaults: false, hosts: [] },
  person: "",
  channel: "",
  thread: null,
  unread: new Set(),
};
const channelList = keyedList(byId("messages"));
const threadList = keyedList(byId("thread-messages"));

const send = (thread: boolean) => (text: string, file: Attachment | null) => {
  const beside = { ...(thread && place.thread !== null ? { thread: place.thread } : {}), ...(file === null ? {} : { file }) };
  return type({ as: place.person, channel: place.channel, text, ...beside });
};
const composer = startComposer({
  form: byId("composer"),
  commands: () => place.workspace.commands,
  placeholder: "/calico status",
  hint: "Type /calico status, or mention @calico. Tab completes, ↑ brings the last line back.",
  send: send(false),
});
const replyComposer = startComposer({
  form: byId("thread-composer"),
  commands: () => place.workspace.commands.filter(({ line }) => line.startsWith("@")),
  placeholder: "@calico status",
  hint: "As in Slack, slash commands do not work in threads: mention @calico.",
  send: send(true),
});

const drawModal = startModal({
  person: () => place.person,
  names: (id) => nameIn(place.workspace, id),
});

const showing: Omit<Showing, "openThread"> = {
  get workspace() {
    return place.workspace;
  },
  press: (ts, action) => click({ as: place.person, ts, action }),
};

/** Draws what is to be seen here now; an answer that comes late for another place is thrown away. */
async function refresh(): Promise<void> {
  const { person, channel } = place;
  const here = channelsOf(place).find(({ id }) => id === channel);
  if (!here) return;
  const messages = await messagesOf(person, channel);
  if (person !== place.person || channel !== place.channel) return;
  const welcome = welcomeItem(place.workspace, here, { write, openFaults: () => openPanel("faults") });
  channelList([welcome, ...channelItems(messages, { ...showing, workspace: place.workspace, openThread })]);
  if (place.thread !== null) threadList(threadItems(messages, place.thread, { ...showing, workspace: place.workspace, openThread: null }));
}

function write(line: string): void {
  composer.value = line;
  composer.focus();
}

function go(to: { person?: string; channel?: string }): void {
  Object.assign(place, to);
  const mine = channelsOf(place);
  if (!mine.some(({ id }) => id === place.channel)) place.channel = mine[0]?.id ?? "";
  place.unread.delete(place.channel);
  closeThread();
  drawChannels(place, (channel) => go({ channel }));
  quietly(refresh());
  quietly(drawModal());
}

function openThread(ts: string): void {
  place.thread = ts;
  openPanel("thread");
  quietly(refresh());
  replyComposer.focus();
}

function closeThread(): void {
  place.thread = null;
  if (isOpen("thread")) openPanel(null);
}

/** The workspace is there: perhaps another one than before, with other people and other faults. */
async function found(): Promise<void> {
  place.workspace = await workspace();
  trouble("workspace", false);
  const people = place.workspace.people.filter(({ bot }) => !bot);
  if (!people.some(({ id }) => id === place.person)) place.person = people[0]?.id ?? "";
  byId("show-faults").hidden = !place.workspace.hasFaults;
  drawPeople(place);
  const mine = channelsOf(place);
  if (mine.some(({ id }) => id === place.channel)) await refresh();
  else go({});
  await presence();
  if (place.workspace.hasFaults) await drawFaults();
}

async function presence(): Promise<void> {
  const there = (await botSockets()) > 0;
  trouble("bot", !there);
  byId("presence").textContent = there ? "bot connected" : "bot not connected";
  byId("presence").classList.toggle("away", !there);
}

/** A way that is lost is told by its own note, and everything is read again when it is found. */
function quietly(work: Promise<void>): void {
  work.catch(() => undefined);
}

function news(channel: string): void {
  if (channel === place.channel) return quietly(refresh());
  place.unread.add(channel);
  drawChannels(place, (to) => go({ channel: to }));
}

byId("person").addEventListener("change", ({ target }) => go({ person: (target as HTMLSelectElement).value }));
byId("show-faults").addEventListener("click", () => {
  place.thread = null;
  openPanel(isOpen("faults") ? null : "faults");
});
byId("close-thread").addEventListener("click", closeThread);
byId("close-faults").addEventListener("click", () => openPanel(null));
startClock();
listen({
  message: news,
  faults: () => quietly(drawFaults()),
  presence: () => quietly(presence()),
  views: () => quietly(drawModal()),
  found: () => quietly(found()),
  lost: () => trouble("workspace", true),
});
composer.focus();
