import { hintOf, toFailure } from "../contract/failure.js";
import type { View } from "../contract/view.js";
import type { Deliver, Mark, Place, Posted } from "../dispatch/ports.js";
import type { Log } from "../log/log.js";
import { type Message, type MessageOptions, toMessage, toPlainMessage } from "./blocks/message.js";
import { withNames } from "./blocks/names.js";
import { type Client, refusal } from "./client.js";
import { createLanes, type Lanes } from "./lanes.js";
import { findMessage, type Metadata, metadataOf, type SlackPlace } from "./metadata.js";
import { createRespond, type Respond } from "./response-url.js";
import { createSights, type Sights } from "./sights.js";
import { createUploads, type Upload, type Uploads } from "./uploads.js";

/** Shows views in Slack. */
export interface SlackDeliver extends Deliver {
  /** Waits for files that are still being uploaded, at most so many ms. */
  settle(ms: number): Promise<void>;
}

export interface DeliverDeps {
  client: Client;
  settings: { apiUrl: string | null; command: string };
  log: Log;
  /** A view as text without escape sequences. */
  asText: (view: View) => string;
  /** A picture as the bytes of a PNG. */
  draw: (picture: NonNullable<View["picture"]>) => Promise<Buffer>;
  lanes?: Lanes;
  respond?: Respond;
  clock?: () => number;
}

/**
 * The calls of one post may follow each other, and none begins later than this, ms: with the time of the last call they end before
 * dispatch gives the post up and another bot looks for the message.
 */
const beginWithin = 5500;

/** What the functions below share. */
interface Desk extends DeliverDeps {
  lanes: Lanes;
  /** For what nobody waits for. */
  patient: Lanes;
  respond: Respond;
  sights: Sights;
  uploads: Uploads;
}

/** Port Deliver of dispatch on Slack's Web API. Every call is bounded well below dispatch's own limit. */
export function createDeliver(deps: DeliverDeps): SlackDeliver {
  const uploads = createUploads(deps.client, deps.log);
  const lanes = deps.lanes ?? createLanes();
  const desk: Desk = {
    ...deps,
    lanes,
    patient: lanes,
    respond: deps.respond ?? createRespond(deps.settings),
    sights: createSights(deps.clock ?? Date.now),
    uploads,
  };
  const hurried = (): Desk => ({ ...desk, lanes: lanes.within(beginWithin) });
  return {
    post: (place, view, mark, { onlyFor }) => {
      const slack = slackPlace(place);
      return onlyFor ? whisper(hurried(), slack, view).then(() => null) : post(hurried(), slack, { view, mark });
    },
    update: (place, posted, view, mark) => update(hurried(), slackPlace(place), { posted, view, mark }),
    find: (place, request) => findMessage(deps.client, slackPlace(place), request),
    settle: (ms) => uploads.settle(ms),
  };
}

function slackPlace(place: Place): SlackPlace {
  if (place.kind !== "slack") throw new TypeError("only places in slack are served here");
  return place;
}

interface Shown {
  view: View;
  mark: Mark;
}

function optionsFor({ settings, asText }: Desk, mark: Mark | null): MessageOptions {
  return { command: settings.command, asText, cancel: mark?.state === "working" ? mark.request : null };
}

/** Into the channel; where the bot may not post, through the response URL, which cannot be edited afterwards. */
async function post(desk: Desk, place: SlackPlace, shown: Shown): Promise<Posted | null> {
  const { client, lanes, log } = desk;
  const thread = place.thread === null ? {} : { thread_ts: place.thread };
  const rest = { channel: place.channel, ...thread, unfurl_links: false, unfurl_media: false };
  try {
    return await accepted(desk, shown, async (message) => {
      const answer = await marked(shown.mark, (metadata) =>
        lanes.run(place.channel, () => client.chat.postMessage({ ...rest, ...metadata, ...content(message) })),
      );
      const posted = { channel: answer.channel ?? place.channel, ts: answer.ts ?? "" };
      desk.sights.saw(posted, shown.view, shown.mark);
      attach(desk, { place, posted, shown }, message);
      return posted;
    });
  } catch (error) {
    const why = refusal(error) ?? "";
    if (!closed.includes(why)) throw error;
    log.info({ channel: place.channel, request: shown.mark.request, why }, "the bot may not post in the channel");
    return postElsewhere(desk, place, { shown, why, error });
  }
}

/** Where the bot may not post: through the response URL; if that is over, a note to the asker that there is an answer, without it. */
async function postElsewhere(
  desk: Desk,
  place: SlackPlace,
  { shown, why, error }: { shown: Shown; why: string; error: unknown },
): Promise<null> {
  const { client, lanes, log } = desk;
  // A direct message without the bot is one between two people: only who asked was allowed to.
  const visible = place.channel.startsWith("D") ? "ephemeral" : "in_channel";
  try {
    if (place.responseUrl === null) throw error;
    await respondWith(desk, place.responseUrl, { view: shown.view, visible });
  } catch (over) {
    if (shown.mark.state === "working") throw over;
    log.warn(
      { channel: place.channel, request: shown.mark.request, err: over },
      "nor through the response url; telling the asker directly",
    );
    const text = `Your answer could not be posted in <#${place.channel}>: Slack says ${why}. Invite the bot there, or ask elsewhere.`;
    await lanes.run(place.user, () => client.chat.postMessage({ channel: place.user, text })).catch(() => Promise.reject(over));
  }
  return null;
}

/** Slack's words for: the bot cannot post there. */
const closed = ["not_in_channel", "channel_not_found", "is_archived", "restricted_action", "missing_scope"];

/** Slack's words for: these blocks are not taken. */
const badBlocks = [
  "invalid_blocks",
  "invalid_blocks_format",
  "invalid_attachments",
  "msg_blocks_too_long",
  "msg_too_long",
  "only_one_table_allowed",
];

/** Sends a view as blocks; if Slack refuses those, without its table, then as text. An answer in plain clothes is better than none. */
async function accepted<T>(desk: Desk, { view, mark }: Shown, send: (message: Message) => Promise<T>): Promise<T> {
  const options = optionsFor(desk, mark);
  const whole = toMessage(view, options);
  const plainer = [
    ...(whole.blocks.some(({ type }) => type === "table") ? [() => toMessage(view, { ...options, tables: false })] : []),
    () => toPlainMessage(view, options),
  ];
  let message = whole;
  for (;;) {
    try {
      return await send(message);
    } catch (error) {
      const next = plainer.shift();
      if (next === undefined || !badBlocks.includes(refusal(error) ?? "")) throw error;
      desk.log.error({ request: mark.request, err: error }, "slack refused the blocks; sending plainer ones");
      message = next();
    }
  }
}

/** Slack's words for: the metadata is not taken. A message without it is not found again after a restart, but it is there. */
const badMetadata = /^(?:invalid_metadata|metadata_)/;

/** Makes a call with the mark in its metadata, or without where Slack does not take that. */
async function marked<T>(mark: Mark, call: (metadata: { metadata?: Metadata }) => Promise<T>): Promise<T> {
  try {
    return await call({ metadata: metadataOf(mark) });
  } catch (error) {
    if (!badMetadata.test(refusal(error) ?? "")) throw error;
    return call({});
  }
}

function content({ text, blocks }: Message): { text: string; blocks: Message["blocks"] } {
  return { text, blocks };
}

/** In place, with its metadata. A finished answer whose message is gone is posted anew. */
async function update(desk: Desk, place: SlackPlace, { posted, ...shown }: Shown & { posted: Posted }): Promise<void> {
  const { client, lanes, log, sights } = desk;
  const { mark, view } = shown;
  if (!sights.worthShowing(posted, view, mark)) return;
  sights.saw(posted, view, mark);
  try {
    await accepted(desk, shown, async (message) => {
      const to = { channel: posted.channel, ts: posted.ts };
      await marked(mark, (metadata) => lanes.run(posted.channel, () => client.chat.update({ ...to, ...metadata, ...content(message) })));
      attach(desk, { place, posted, shown }, message);
    });
  } catch (error) {
    const why = refusal(error) ?? "";
    if (![...gone, ...closed].includes(why)) throw error;
    log.info({ request: mark.request, state: mark.state, why }, "the message to update is gone");
    if (mark.state === "answered") await postAnew(desk, place, { posted, ...shown });
  }
}

/** In place of a message that is gone; unless that was done before, by a bot that died before it could note so. */
async function postAnew(desk: Desk, place: SlackPlace, { posted, ...shown }: Shown & { posted: Posted }): Promise<void> {
  const other = await findMessage(desk.client, place, shown.mark.request);
  if (other === null || other.ts === posted.ts) await post(desk, place, shown);
}

const gone = ["message_not_found", "cant_update_message", "edit_window_closed"];

/** For the asker's eyes. In a thread the response URL would answer outside of it, so it comes second there. */
async function whisper(desk: Desk, place: SlackPlace, view: View): Promise<void> {
  const { client, lanes, log, settings, asText } = desk;
  const { responseUrl, channel, user, thread } = place;
  const note = "ask again for less, or in a channel with the bot";
  const whole = toMessage(view, { command: settings.command, asText, note });
  const message = { ...whole, blocks: withNames(whole.blocks) };
  const ways = [
    async () => {
      const where = { channel, user, ...(thread === null ? {} : { thread_ts: thread }) };
      await lanes.run(channel, () => client.chat.postEphemeral({ ...where, ...content(message) }));
    },
    ...(responseUrl === null ? [] : [() => desk.respond(responseUrl, message, "ephemeral")]),
  ];
  const [first, second] = thread === null ? ways.toReversed() : ways;
  try {
    await first?.();
  } catch (error) {
    if (second === undefined) throw error;
    log.debug({ channel, failure: toFailure(error) }, "the first way to the asker was closed");
    await second();
  }
}

async function respondWith(desk: Desk, url: string, { view, visible }: { view: View; visible: "ephemeral" | "in_channel" }): Promise<void> {
  const note = "invite the bot into this channel to get the whole answer as a file";
  await desk.respond(url, toMessage(view, { command: desk.settings.command, asText: desk.asText, note }), visible);
}

/** Picture and file of a finished answer follow in the thread. If that fails, the card says so; the answer itself stands. */
function attach(desk: Desk, { place, posted, shown }: { place: SlackPlace; posted: Posted; shown: Shown }, message: Message): void {
  if (shown.mark.state !== "answered" || shown.mark.again === true) return;
  const { file } = message;
  const { picture } = shown.view;
  const to = { channel: posted.channel, thread: place.thread ?? posted.ts };
  if (picture) upload(desk, { posted, shown, message }, { ...to, name: "who-talks-to-whom.png", content: () => desk.draw(picture) });
  const { csv } = shown.view;
  if (csv) upload(desk, { posted, shown, message }, { ...to, name: csv.name, content: csv.text });
  if (file) upload(desk, { posted, shown, message }, { ...to, name: file.name, content: file.text });
}

function upload(desk: Desk, { posted, shown, message }: { posted: Posted; shown: Shown; message: Message }, one: Upload): void {
  const { csv } = shown.view;
  const what = typeof one.content !== "string" ? "the picture" : one.name === csv?.name ? "the table" : "the file with the whole answer";
  desk.uploads.start(one, async (error) => {
    if (!desk.sights.isLast(posted, shown.mark)) return;
    const why = refusal(error) ?? hintOf(toFailure(error));
    const note = `${what} could not be uploaded: ${why}`;
    // A note stands beside what was cut only; pictures and tables are missed where nothing was.
    const view = one.name === message.file?.name ? shown.view : { ...shown.view, footer: [...shown.view.footer, note] };
    const again = toMessage(view, { ...optionsFor(desk, shown.mark), note });
    const to = { channel: posted.channel, ts: posted.ts, metadata: metadataOf(shown.mark) };
    await desk.patient.run(posted.channel, () => desk.client.chat.update({ ...to, ...content(again) }));
  });
}
