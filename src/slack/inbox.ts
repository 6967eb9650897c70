import { parted } from "../command/document.js";
import { fail, toFailure } from "../contract/failure.js";
import { type View, view } from "../contract/view.js";
import { failureView } from "../dispatch/failure-view.js";
import type { Deliver, Dispatch, Form } from "../dispatch/ports.js";
import type { Log } from "../log/log.js";
import type { ReadAttached, SlackFile } from "./attached.js";
import { escaped } from "./blocks/escape.js";
import { fromForm } from "./form.js";
import { inTime } from "./in-time.js";
import { type Click, fromClick, fromMention, fromSlash, type Incoming, idOf } from "./incoming.js";
import type { Members } from "./members.js";
import { ClickPayload, MentionPayload, SlashPayload } from "./payloads.js";

/** Tells Slack that a delivery was taken. A slash command may be told something at once, for the asker's eyes. */
export type Acknowledge = (say?: View) => Promise<void>;

/** What people do in Slack, on its way to dispatch. No method throws. */
export interface Inbox {
  slash(payload: unknown, ack: Acknowledge): Promise<void>;
  /** `redelivered` = Slack sent it before and heard nothing. */
  mention(payload: unknown, ack: Acknowledge, redelivered?: boolean): Promise<void>;
  click(payload: unknown, ack: Acknowledge): Promise<void>;
  /** A filled-in form. \`ack\` with a text leaves it open and shows that. */
  form(payload: unknown, ack: (wrong?: string) => Promise<void>): Promise<void>;
  /** Takes nothing new, and waits at most so many ms for what it has taken. */
  close(ms: number): Promise<void>;
}

export interface InboxDeps {
  dispatch: Dispatch;
  deliver: Deliver;
  members: Members;
  botUser: string;
  attached: ReadAttached;
  /** Opens the form for what a line lacks; throws what Slack refuses. */
  open: (trigger: string, form: Form, incoming: Incoming) => Promise<void>;
  log: Log;
  /** After this the person is told something, whatever happens; Slack shows an error at 3,000 ms. */
  within?: number;
}

/** First stored, then acknowledged, then shown: what was acknowledged is not lost when this process dies. */
export function createInbox(deps: InboxDeps): Inbox {
  const running = new Set<Promise<void>>();
  let closing = false;
  const during = async (work: () => Promise<void>): Promise<void> => {
    const tracked = Promise.resolve()
      .then(work)
      .catch((error: unknown) => deps.log.error({ err: error }, "a delivery of slack was not handled"))
      .finally(() => running.delete(tracked));
    running.add(tracked);
    await tracked;
  };
  return {
    slash: (payload, ack) => during(() => (closing ? ack(restarting) : slash(deps, SlashPayload.parse(payload), ack))),
    // Without an acknowledgement Slack delivers it again, to another bot or to the next one.
    mention: (payload, ack, redelivered = false) =>
      during(() => (closing ? Promise.resolve() : mention(deps, { payload, redelivered }, ack))),
    click: (payload, ack) => during(() => click(deps, { payload, closing }, ack)),
    form: (payload, ack) => during(() => (closing ? ack(restarting.verdict.text) : filled(deps, payload, ack))),
    async close(ms) {
      closing = true;
      await inTime(Promise.all(running), ms, null);
    },
  };
}

/** Of the 3 s that Slack waits for a form this much may go into checking it, ms. */
const checkWithin = 1500;
const restarting = view("warn", "the bot is restarting", "ask again in a moment");
const slow = view("warn", "the queue is slow", "the answer appears here; ask again if nothing has come within a minute");

async function slash(deps: InboxDeps, payload: SlashPayload, ack: Acknowledge): Promise<void> {
  const incoming = fromSlash(payload);
  if (await opened(deps, payload.trigger_id, incoming)) return ack();
  return take(deps, incoming, ack);
}

/** Whether the line lacks something that a form now asks for. Where none can be opened, the failure says how else to give it. */
async function opened({ dispatch, open, log }: InboxDeps, trigger: string | undefined, incoming: Incoming): Promise<boolean> {
  const form = trigger === undefined ? null : dispatch.form(incoming.text);
  if (form === null || trigger === undefined) return false;
  try {
    await open(trigger, form, incoming);
    return true;
  } catch (error) {
    log.warn({ request: incoming.id, err: error }, "a form could not be opened");
    return false;
  }
}

/** A form: what is wrong is shown in it; what is right is stored, and then it closes. */
async function filled(deps: InboxDeps, payload: unknown, ack: (wrong?: string) => Promise<void>): Promise<void> {
  const incoming = fromForm(payload, idOf);
  const once = onlyOnce(deps, () => ack());
  const timer = setTimeout(() => void once(), deps.within ?? 2500);
  // What cannot be told in time is told by the answer.
  const wrong = await inTime(deps.dispatch.wrongIn(incoming.text), checkWithin, null).catch((error: unknown) => {
    deps.log.error({ request: incoming.id, err: error }, "what was filled in could not be checked");
    return null;
  });
  if (wrong !== null) {
    clearTimeout(timer);
    return ack(wrong);
  }
  await takeQuietly(deps, incoming, { once }).finally(() => clearTimeout(timer));
}

/** A slash command: whatever happens, something is said within the time that Slack gives. */
async function take(deps: InboxDeps, incoming: Incoming, ack: Acknowledge): Promise<void> {
  const once = onlyOnce(deps, ack);
  const timer = setTimeout(() => void once(slow), deps.within ?? 2500);
  try {
    await stored(deps, incoming, { once });
  } catch (error) {
    deps.log.error({ request: incoming.id, err: error }, "a slash command was not taken");
    const told = failureView(toFailure(error), null);
    if (!(await once(told))) await whisper(deps, incoming, told);
  } finally {
    clearTimeout(timer);
  }
}

async function mention(
  deps: InboxDeps,
  { payload, redelivered }: { payload: unknown; redelivered: boolean },
  ack: Acknowledge,
): Promise<void> {
  const said = MentionPayload.parse(payload);
  const incoming = { ...fromMention(said, deps.botUser), redelivered };
  await takeQuietly(deps, incoming, { once: onlyOnce(deps, ack), files: said.event.files });
}

async function click(deps: InboxDeps, { payload, closing }: { payload: unknown; closing: boolean }, ack: Acknowledge): Promise<void> {
  const once = onlyOnce(deps, ack);
  const clicked: Click = fromClick(ClickPayload.parse(payload));
  if (clicked.kind === "unknown" || closing) {
    await once();
    if (clicked.kind !== "unknown") await whisper(deps, clicked.incoming, restarting);
    return;
  }
  const { incoming } = clicked;
  if (clicked.kind === "run" && (await opened(deps, clicked.trigger, incoming))) return void (await once());
  if (clicked.kind === "cancel") {
    await once();
    const actor = await deps.members.actor(incoming.who);
    await whisper(deps, incoming, await deps.dispatch.cancel(clicked.request, actor, incoming.place));
    return;
  }
  const timer = setTimeout(() => void once(), deps.within ?? 2500);
  await takeQuietly(deps, incoming, { once }).finally(() => clearTimeout(timer));
}

interface Taking {
  once: Once;
  /** What was attached to the message. */
  files?: readonly SlackFile[];
}

/** Deliveries whose acknowledgement cannot carry a text. */
async function takeQuietly(deps: InboxDeps, incoming: Incoming, { once, files = [] }: Taking): Promise<void> {
  try {
    await stored(deps, incoming, { once, files });
  } catch (error) {
    deps.log.error({ request: incoming.id, err: error }, "a request was not taken");
    await once();
    await whisper(deps, incoming, failureView(toFailure(error), null));
  }
}

async function stored(deps: InboxDeps, { who, ...asked }: Incoming, { once, files = [] }: Taking): Promise<void> {
  const { members, dispatch } = deps;
  // At once: what Slack is asked here must leave time for storing before it delivers again.
  const [text, actor] = await Promise.all([withAttached(deps, asked.text, files), members.actor(who)]);
  const submitted = await dispatch.submit({ ...asked, text, actor });
  await once();
  await dispatch.announce(submitted);
}

/** The attached file as what stands below the line, for a command that takes that; other files are nobody's business. */
async function withAttached({ dispatch, attached }: InboxDeps, text: string, files: readonly SlackFile[]): Promise<string> {
  if (files.length === 0 || !dispatch.takesDocument(text)) return text;
  const { line, document } = parted(text);
  if (document !== null)
    throw fail("invalid_manifest", "there is a document below the line and an attached file", { hint: "send one of the two" });
  // A file is what it says; what people type comes with Slack's escapes.
  return `${line}\n${escaped(await attached(files))}`;
}

/** Acknowledges once; true = this call did. A socket that is gone must not keep an answer from being shown. */
type Once = (say?: View) => Promise<boolean>;

function onlyOnce({ log }: InboxDeps, ack: Acknowledge): Once {
  let done = false;
  return async (say) => {
    if (done) return false;
    done = true;
    try {
      await ack(say);
    } catch (error) {
      log.warn({ err: error }, "slack could not be told that a delivery was taken");
      return false;
    }
    return true;
  };
}

async function whisper({ deliver, log }: InboxDeps, { id, place }: Incoming, say: View): Promise<void> {
  try {
    await deliver.post(place, say, { request: id, state: "answered" }, { onlyFor: true });
  } catch (error) {
    log.warn({ request: id, err: error }, "the asker could not be told");
  }
}
