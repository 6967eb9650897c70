import { type Channel, defaultWorkspace, type Person, type Workspace } from "../slack/workspace.js";

/** Slack takes one message a second in each channel; this many channels take the load. */
const channelCount = 8;
const askers = ["alice", "bob", "dora", "erik"];
const home = defaultWorkspace();

/** People who all may ask, in channels that all have the bot. */
export function crowd(): Workspace {
  const bot = home.people.filter((person) => person.bot === true);
  const people: Person[] = [
    ...askers.map((name) => ({ id: `U0${name.toUpperCase()}`, name, real: `${name} (operator)`, team: home.team.id })),
    ...bot,
  ];
  const members = people.map(({ id }) => id);
  const channels: Channel[] = Array.from({ length: channelCount }, (_, n) => ({
    id: `C0SOAK${n}`,
    name: `soak-${n}`,
    topic: "a channel that asks without end",
    members,
  }));
  return { ...home, people, channels, groups: null };
}
