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
  members: string[];
  /** Direct message between one person and the bot. */
  direct?: boolean;
}

export interface Workspace {
  team: { id: string; name: string; domain: string };
  botToken: string;
  appToken: string;
  bot: { user: string; bot: string; app: string };
  people: Person[];
  channels: Channel[];
}

const home = "T0LAB";

/** Two people who may ask, one who may not, one of another company; a channel with the bot and one without. */
export function defaultWorkspace(): Workspace {
  const people: Person[] = [
    { id: "U0ALICE", name: "alice", real: "Alice (network operator)", team: home },
    { id: "U0BOB", name: "bob", real: "Bob (approver)", team: home },
    { id: "U0CAROL", name: "carol", real: "Carol (no role)", team: home },
    { id: "U0FRANK", name: "frank", real: "Frank (another company)", team: "T0OTHER" },
    { id: "U0CALICO", name: "calico", real: "Calico", team: home, bot: true },
  ];
  const everybody = people.map(({ id }) => id);
  return {
    team: { id: home, name: "Lab", domain: "lab" },
    botToken: "xoxb-lab-bot-token",
    appToken: "xapp-lab-app-token",
    bot: { user: "U0CALICO", bot: "B0CALICO", app: "A0CALICO" },
    people,
    channels: [
      { id: "C0NETOPS", name: "net-ops", members: everybody },
      { id: "C0INC", name: "inc-4821", members: everybody },
      { id: "C0RANDOM", name: "random", members: everybody.filter((id) => id !== "U0CALICO") },
      { id: "D0ALICE", name: "calico", members: ["U0ALICE", "U0CALICO"], direct: true },
    ],
  };
}
