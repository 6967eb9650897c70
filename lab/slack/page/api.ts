/** What the page knows of the workspace, and what a person can do. */
export interface Person {
  id: string;
  name: string;
  real: string;
  bot?: boolean;
}
export interface Channel {
  id: string;
  name: string;
  topic: string;
  members: string[];
  direct?: boolean;
}
export interface Group {
  id: string;
  handle: string;
  users: string[];
}
export interface Host {
  name: string;
  role: string;
  address: string;
}
export interface Command {
  line: string;
  help: string;
}
export interface Workspace {
  people: Person[];
  channels: Channel[];
  groups: Group[];
  bot: string;
  commands: Command[];
  hasFaults: boolean;
  /** The hosts behind the bot; empty where there is no site. */
  hosts: Host[];
}
export interface Message {
  channel: string;
  ts: string;
  user: string;
  text: string;
  blocks?: Block[];
  thread_ts?: string;
  onlyFor?: string;
  files?: { id: string; name: string; text: string; image?: true }[];
}
/** A view that somebody has open. */
export interface OpenView {
  id: string;
  hash: string;
  view: { title: unknown; submit?: unknown; close?: unknown; blocks: Block[] };
  /** By block id. */
  errors: Record<string, string>;
}
export type Block = Record<string, unknown> & { type: string };
export interface Fault {
  name: string;
  title: string;
  active: boolean;
}

/** Healing waits until every session is up again. */
const longest = 60_000;

/** Throws with the workspace's own words when it refuses, and says so when it is away. */
async function call<T>(path: string, body?: object): Promise<T> {
  const sent = body ? { method: "POST", body: JSON.stringify(body) } : {};
  const response = await fetch(`lab/${path}`, { ...sent, signal: AbortSignal.timeout(longest) }).catch(() => {
    throw new Error("the workspace does not answer: is the demo still running?");
  });
  const answer = (await response.json().catch(() => ({ error: `the workspace answered ${response.status}` }))) as { error?: string };
  if (answer.error !== undefined) throw new Error(answer.error);
  return answer as T;
}

export const workspace = (): Promise<Workspace> => call("workspace");
export const messagesOf = async (as: string, channel: string): Promise<Message[]> =>
  (await call<{ messages: Message[] }>(`messages?as=${as}&channel=${channel}`)).messages;
export const faultsNow = async (): Promise<Fault[]> => (await call<{ faults: Fault[] }>("faults")).faults;
/** Connections of the bot to the workspace; 0 = nobody will answer. */
export const botSockets = async (): Promise<number> => (await call<{ sockets: number }>("health")).sockets;
/** A file on its way into a message. */
export interface Attachment {
  name: string;
  base64: string;
}
export const type = (body: { as: string; channel: string; text: string; thread?: string; file?: Attachment }): Promise<void> =>
  call("type", body);
export const click = (body: { as: string; ts: string; action: string }): Promise<void> => call("click", body);
export const setFault = (name: string, heal: boolean): Promise<void> => call("fault", { name, heal });
export const viewsOf = async (as: string): Promise<OpenView[]> => (await call<{ views: OpenView[] }>(`views?as=${as}`)).views;
export const submitView = (as: string, values: Record<string, string>): Promise<void> => call("submit", { as, values });
export const closeView = (as: string): Promise<void> => call("close", { as });
