import type { Actor } from "../contract/actor.js";
import type { Origin } from "../contract/job.js";
import type { View } from "../contract/view.js";

/** One thing that somebody asked, from wherever. */
export interface Request {
  /** Stable id of the delivery (from trigger, event or click), `[a-z0-9-]{8,64}`: the same delivery twice is the same request. */
  id: string;
  actor: Actor;
  via: Origin["via"];
  /** What was typed, without the slash command or the mention. A button carries its line here. */
  text: string;
  place: Place;
  /** It was delivered before, and that was not acknowledged. */
  redelivered?: boolean;
}

/** Where the answer goes. */
export type Place =
  | {
      kind: "slack";
      channel: string;
      thread: string | null;
      user: string;
      /** Good for 30 minutes and 5 posts; reaches channels the bot is not in. Never crosses to a worker. */
      responseUrl: string | null;
      /** Message that the answer replaces (Refresh), else null. */
      replaces: string | null;
    }
  | { kind: "terminal" };

/** A message that was posted; opaque to dispatch but for being kept. */
export interface Posted {
  channel: string;
  ts: string;
}

/** What a message is about; kept in its metadata so that it can be found after a restart. */
export interface Mark {
  /** Request id; one message per request. */
  request: string;
  state: "working" | "answered";
  /** It was complete before: what hangs on it (files, pictures) hangs there already. */
  again?: boolean;
}

/** Port: shows views to people. Given by the roots (slack/ or text/). */
export interface Deliver {
  /** Posts a new message. `onlyFor` = visible to the asker alone (errors, help). Null = posted where it cannot be edited (ephemeral, response_url). */
  post(place: Place, view: View, mark: Mark, options: { onlyFor: boolean }): Promise<Posted | null>;
  update(place: Place, posted: Posted, view: View, mark: Mark): Promise<void>;
  /** The message of this request, looked up by metadata; null = not there or not to be seen. */
  find(place: Place, request: string): Promise<Posted | null>;
}

/** What submit() decided. `show` is posted by announce(); jobs run meanwhile. */
export interface Submitted {
  request: Request;
  /** Already seen: acknowledge, show nothing. */
  duplicate: boolean;
  /** Job ids that were stored in queues. */
  jobs: readonly string[];
  /** An answer that needs no worker (help, a refusal, a usage failure) or the progress card. */
  show: View;
  /** Visible to the asker alone. */
  onlyFor: boolean;
}

/** Asks for the document that a line lacks. */
export interface Form {
  title: string;
  label: string;
  /** The line that the document completes. */
  line: string;
}

/**
 * The use cases behind every entry (slash command, mention, button, terminal).
 * submit() returns only when the request is stored (at most about 2 s): acknowledge then, and call announce().
 */
export interface Dispatch {
  submit(request: Request): Promise<Submitted>;
  announce(submitted: Submitted): Promise<void>;
  /** The form for what a line lacks; null = it lacks nothing that a form could give. */
  form(text: string): Form | null;
  /** Whether a line's command takes a document, so that a file sent with it is meant for it. */
  takesDocument(text: string): boolean;
  /** What is wrong with the document below a line, while its writer still looks at it; null = nothing. */
  wrongIn(text: string): Promise<string | null>;
  /** The cancel button of a progress card: value = request id. Answers with what to tell the presser. */
  cancel(requestId: string, actor: Actor, place: Place): Promise<View>;
}
