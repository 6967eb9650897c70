import { EventEmitter } from "node:events";
import { calledBy, type Notice } from "./mentions.js";
import type { Channel, Person, Workspace } from "./workspace.js";

/** A message as the workspace keeps it. */
export interface Message {
  channel: string;
  ts: string;
  user: string;
  text: string;
  blocks?: unknown[];
  thread_ts?: string;
  metadata?: { event_type: string; event_payload: Record<string, unknown> };
  edited?: boolean;
  /** Seen by this person alone. */
  onlyFor?: string;
  files?: { id: string; name: string; text: string; image?: true }[];
}

/** Messages and people; every change is told to whoever listens. */
export interface State {
  workspace: Workspace;
  messages: Message[];
  changed: EventEmitter;
  /** The next message time: unique, and in order. */
  nextTs(): string;
  post(message: Message): Message;
  update(channel: string, ts: string, change: Partial<Message>): Message | null;
  /** Takes a message away; false = there is none. */
  remove(channel: string, ts: string): boolean;
  person(id: string): Person | undefined;
  /** The messages that have called somebody, by his id; an edit calls nobody. */
  called(person: string): readonly Notice[];
  /** By id, by name, or by `#name`. */
  channel(idOrName: string): Channel | undefined;
}

export function createState(workspace: Workspace): State {
  const messages: Message[] = [];
  const notices = new Map<string, Notice[]>();
  const changed = new EventEmitter();
  changed.setMaxListeners(0);
  let last = 0;
  const tell = (message: Message): Message => {
    changed.emit("change", message);
    return message;
  };
  return {
    workspace,
    messages,
    changed,
    nextTs() {
      last = Math.max(last + 1, Date.now() * 1000);
      return `${Math.floor(last / 1_000_000)}.${String(last % 1_000_000).padStart(6, "0")}`;
    },
    post(message) {
      messages.push(message);
      if (messages.length > 5000) messages.shift();
      const { channel, ts } = message;
      for (const person of calledBy(message, workspace)) notices.set(person, [...(notices.get(person) ?? []), { channel, ts }]);
      return tell(message);
    },
    update(channel, ts, change) {
      const message = messages.find((one) => one.channel === channel && one.ts === ts && one.onlyFor === undefined);
      return message ? tell(Object.assign(message, change)) : null;
    },
    remove(channel, ts) {
      const at = messages.findIndex((one) => one.channel === channel && one.ts === ts);
      const [gone] = at < 0 ? [] : messages.splice(at, 1);
      if (gone) tell(gone);
      return gone !== undefined;
    },
    called: (person) => notices.get(person) ?? [],
    person: (id) => workspace.people.find((one) => one.id === id || one.name === id.replace(/^@/, "")),
    channel: (name) => workspace.channels.find((one) => one.id === name || one.name === name.replace(/^#/, "")),
  };
}
