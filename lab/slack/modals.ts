import { randomUUID } from "node:crypto";
import { viewErrors } from "./blocks.js";
import { ackWithin } from "./limits.js";
import type { Sockets } from "./socket.js";
import type { State } from "./state.js";
import type { Triggers } from "./triggers.js";
import { type Answer, withIds } from "./web-api.js";
import type { Person } from "./workspace.js";

type Json = Record<string, unknown>;

/** A view that somebody has open, as the workspace keeps it. */
export interface OpenView {
  id: string;
  hash: string;
  /** View id of the first one of the stack. */
  root: string;
  view: Json;
  /** What the app said about the last submission, by block id. */
  errors: Record<string, string>;
}

/** Modal views: opened by the bot with a trigger, filled in by people. */
export interface Modals {
  /** `views.open`, `views.push`, `views.update`; null = another method. */
  call(method: string, args: Json): Answer | null;
  /** The views that somebody has open, the uppermost last. */
  of(person: string): readonly OpenView[];
  /** Fills in fields by block id, action id or label, and submits the uppermost view. */
  submit(who: string, values: Readonly<Record<string, string>>): Promise<{ errors: Record<string, string> }>;
  /** Closes the uppermost view. */
  close(who: string): Promise<void>;
}

interface Deps {
  state: State;
  sockets: Sockets;
  triggers: Triggers;
}

/** Views upon each other, as Slack allows. */
const most = 3;
const no = (error: string, more: object = {}): Answer => ({ ok: false, error, ...more });
const word = (value: unknown): string => (typeof value === "string" ? value : "");

export function createModals(deps: Deps): Modals {
  return new Stacks(deps);
}

class Stacks implements Modals {
  private readonly stacks = new Map<string, OpenView[]>();

  constructor(private readonly deps: Deps) {}

  of(person: string): OpenView[] {
    return this.stacks.get(person) ?? [];
  }

  call(method: string, args: Json): Answer | null {
    if (!["views.open", "views.push", "views.update"].includes(method)) return null;
    return refused(args["view"]) ?? (method === "views.update" ? this.update(args) : this.open(args, method === "views.push"));
  }

  private keep(person: string, stack: OpenView[]): void {
    this.stacks.set(person, stack);
    this.deps.state.changed.emit("views");
  }

  private open(args: Json, push: boolean): Answer {
    const taken = this.deps.triggers.take(word(args["trigger_id"]));
    if ("error" in taken) return no(taken.error);
    const below = push ? this.of(taken.user) : [];
    if (below.length >= most) return no("push_limit_reached");
    const made = opened(args["view"] as Json, below[0]?.root);
    this.keep(taken.user, [...below, made]);
    return { ok: true, view: seen(this.deps.state, made) };
  }

  private update(args: Json): Answer {
    for (const [person, stack] of this.stacks) {
      const at = stack.findIndex(({ id }) => id === word(args["view_id"]));
      const old = stack[at];
      if (old === undefined) continue;
      if (args["hash"] !== undefined && args["hash"] !== old.hash) return no("hash_conflict");
      const changed = { ...opened(args["view"] as Json, old.root), id: old.id };
      this.keep(person, stack.with(at, changed));
      return { ok: true, view: seen(this.deps.state, changed) };
    }
    return no("not_found");
  }

  private uppermost(who: string): { person: Person; top: OpenView; below: OpenView[] } {
    const person = this.deps.state.person(who);
    const stack = this.of(person?.id ?? "");
    const top = stack.at(-1);
    if (!person || !top) throw new Error(`${who} has no view open`);
    return { person, top, below: stack.slice(0, -1) };
  }

  async submit(who: string, values: Readonly<Record<string, string>>): Promise<{ errors: Record<string, string> }> {
    const { person, top } = this.uppermost(who);
    const missing = missingFields(top.view, values);
    if (Object.keys(missing).length > 0) return { errors: this.follow(who, { response_action: "errors", errors: missing }) };
    const view = { ...seen(this.deps.state, top), state: { values: stateOf(top.view, values) } };
    const payload = { ...payloadOf(this.deps, person), type: "view_submission", view, response_urls: [] };
    const answer = await this.deps.sockets.deliver({ type: "interactive", payload, accepts_response_payload: true }, ackWithin);
    if (answer === null) throw new Error("the view stays open: the app did not answer in time");
    return { errors: this.follow(who, (answer.payload ?? {}) as Json) };
  }

  /** What the app's acknowledgement of a submission means; the errors that it names. */
  private follow(who: string, said: Json): Record<string, string> {
    const { person, top, below } = this.uppermost(who);
    const action = said["response_action"];
    if (action === "errors") {
      const errors = (said["errors"] ?? {}) as Record<string, string>;
      this.keep(person.id, [...below, { ...top, errors, hash: randomUUID() }]);
      return errors;
    }
    if (action === "push" || action === "update") {
      const wrong = refused(said["view"]);
      if (wrong) throw new Error(`slack refuses the view that the app answered with: ${JSON.stringify(wrong)}`);
      const next = opened(said["view"] as Json, top.root);
      this.keep(person.id, action === "push" ? [...below, top, next] : [...below, { ...next, id: top.id }]);
    } else this.keep(person.id, action === "clear" ? [] : below);
    return {};
  }

  async close(who: string): Promise<void> {
    const { person, top, below } = this.uppermost(who);
    this.keep(person.id, below);
    if (top.view["notify_on_close"] !== true) return;
    const payload = { ...payloadOf(this.deps, person), type: "view_closed", view: seen(this.deps.state, top), is_cleared: false };
    await this.deps.sockets.deliver({ type: "interactive", payload }, ackWithin);
  }
}

function refused(view: unknown): Answer | null {
  const errors = viewErrors(view);
  return errors.length === 0
    ? null
    : no("invalid_arguments", { response_metadata: { messages: errors.map((error) => `[ERROR] ${error}`) } });
}

function opened(view: Json, root: string | undefined): OpenView {
  const id = `V${randomUUID().slice(0, 8).toUpperCase()}`;
  return { id, hash: randomUUID(), root: root ?? id, view: { ...view, blocks: withIds(view["blocks"]) }, errors: {} };
}

function seen({ workspace: { team, bot } }: State, { id, hash, root, view }: OpenView): Json {
  return {
    callback_id: "",
    private_metadata: "",
    ...view,
    id,
    hash,
    root_view_id: root,
    team_id: team.id,
    bot_id: bot.bot,
    app_id: bot.app,
  };
}

function payloadOf({ state: { workspace }, triggers }: Deps, { id, name, team }: Person): Json {
  return {
    team: { id: workspace.team.id, domain: workspace.team.domain },
    user: { id, username: name, name, team_id: team },
    api_app_id: workspace.bot.app,
    token: "lab",
    trigger_id: triggers.issue(id),
  };
}

const inputs = (view: Json): Json[] => (view["blocks"] as Json[]).filter(({ type }) => type === "input");

function givenFor(block: Json, values: Readonly<Record<string, string>>): string | undefined {
  const element = block["element"] as Json;
  const keys = [block["block_id"], element["action_id"], (block["label"] as Json)["text"]].map(String);
  const key = keys.find((one) => Object.hasOwn(values, one));
  return key === undefined ? word(element["initial_value"]) || undefined : values[key];
}

/** Slack itself refuses a submission without its required fields. */
function missingFields(view: Json, values: Readonly<Record<string, string>>): Record<string, string> {
  const empty = inputs(view).filter((block) => block["optional"] !== true && !givenFor(block, values));
  return Object.fromEntries(empty.map((block) => [String(block["block_id"]), "Please complete this required field."]));
}

function stateOf(view: Json, values: Readonly<Record<string, string>>): Json {
  return Object.fromEntries(
    inputs(view).map((block) => {
      const element = block["element"] as Json;
      const given = givenFor(block, values) ?? null;
      const option = ((element["options"] as Json[] | undefined) ?? []).find(
        (one) => one["value"] === given || (one["text"] as Json)["text"] === given,
      );
      const said = element["type"] === "static_select" ? { selected_option: option ?? null } : { value: given };
      return [String(block["block_id"]), { [String(element["action_id"])]: { type: element["type"], ...said } }];
    }),
  );
}
