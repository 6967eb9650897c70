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
  members: string[];
  direct?: boolean;
}
export interface Workspace {
  people: Person[];
  channels: Channel[];
  bot: string;
  commands: { line: string; help: string }[];
  hasFaults: boolean;
}
export interface Message {
  channel: string;
  ts: string;
  user: string;
  text: string;
  blocks?: Block[];
  thread_ts?: string;
  onlyFor?: string;
  edited?: boolean;
  files?: { name: string; text: string }[];
}
export type Block = Record<string, unknown> & { type: string };
export interface Fault {
  name: string;
  title: string;
  active: boolean;
}

async function get<T>(path: string): Promise<T> {
  return (await (await fetch(`lab/${path}`)).json()) as T;
}

/** Throws with the workspace's own words when it refuses. */
async function post(path: string, body: object): Promise<void> {
  const answer = (await (await fetch(`lab/${path}`, { method: "POST", body: JSON.stringify(body) })).json()) as { error?: string };
  if (answer.error !== undefined) throw new Error(answer.error);
}

export const workspace = (): Promise<Workspace> => get("workspace");
export const messagesOf = async (as: string, channel: string): Promise<Message[]> =>
  (await get<{ messages: Message[] }>(`messages?as=${as}&channel=${channel}`)).messages;
export const faultsNow = async (): Promise<Fault[]> => (await get<{ faults: Fault[] }>("faults")).faults;
export const type = (body: { as: string; channel: string; text: string; thread?: string }): Promise<void> => post("type", body);
export const click = (body: { as: string; ts: string; action: string }): Promise<void> => post("click", body);
export const setFault = (name: string, heal: boolean): Promise<void> => post("fault", { name, heal });

/** Calls back when something changed; the browser reconnects by itself. */
export function listen(on: { message(): void; faults(): void }): void {
  const source = new EventSource("lab/events");
  source.addEventListener("message", () => on.message());
  source.addEventListener("faults", () => on.faults());
  source.addEventListener("open", () => on.message());
}
