/** The workspace that people of the demo and the tests are in. */
export interface Person {
  id: string;
  name: string;
  real: string;
  team: string;
  bot?: boolean;
  restricted?: boolean;
}

export interface Channel {
  id: string;
  name: string;
  /** What it is for, in half a sentence. */
  topic: string;
  members: string[];
  /** Direct message between one person and the bot. */
  direct?: boolean;
}

export interface Workspace {
  team: { id: string; name: string; domain: string };
  botToken: string;
  appToken: string;
  bot: { user: string; bot: string; app: string };
  /** The slash commands that the app has registered. */
  slash: string[];
  people: Person[];
  channels: Channel[];
  /** User groups, with ids such as `S0NETOPS`; null = a plan that has none. */
  groups: { id: string; handle: string; users: string[] }[] | null;
}

const home = "T0LAB";

/** Who asks, two who can approve, one who may nothing, one of another company; a channel with the bot and one without. */
export function defaultWorkspace(): Workspace {
  const people: Person[] = [
    { id: "U0ALICE", name: "alice", real: "Alice (operator)", team: home },
    { id: "U0BOB", name: "bob", real: "Bob (approver)", team: home },
    { id: "U0DAVE", name: "dave", real: "Dave (approver)", team: home },
    { id: "U0CAROL", name: "carol", real: "Carol (no role)", team: home },
    { id: "U0FRANK", name: "frank", real: "Frank (other company)", team: "T0OTHER" },
    { id: "U0CALICO", name: "calico", real: "Calico", team: home, bot: true },
  ];
  const everybody = people.map(({ id }) => id);
  return {
    team: { id: home, name: "Lab", domain: "lab" },
    botToken: "xoxb-lab-bot-token",
    appToken: "xapp-lab-app-token",
    bot: { user: "U0CALICO", bot: "B0CALICO", app: "A0CALICO" },
    slash: ["/calico"],
    people,
    groups: [{ id: "S0NETOPS", handle: "net-oncall", users: ["U0ALICE", "U0BOB"] }],
    channels: [
      { id: "C0NETOPS", name: "net-ops", topic: "where the people on call ask the bot", members: everybody },
      { id: "C0INC", name: "inc-4821", topic: "a channel of one incident, with the bot in it", members: everybody },
      { id: "C0RANDOM", name: "random", topic: "a channel without the bot", members: everybody.filter((id) => id !== "U0CALICO") },
      { id: "D0ALICE", name: "calico", topic: "direct messages to the bot", members: ["U0ALICE", "U0CALICO"], direct: true },
    ],
  };
}
