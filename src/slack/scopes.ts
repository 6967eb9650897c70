/** One permission of the bot's token: why it is asked for, and which Web API methods and events need it. */
export interface Scope {
  name: string;
  why: string;
  methods: readonly string[];
  events: readonly string[];
}

const places = { channels: "public channels", groups: "private channels", im: "direct messages", mpim: "group messages" } as const;

/** What every bot may do in Slack. */
const always: readonly Scope[] = [
  { name: "commands", why: "people type the slash command", methods: [], events: [] },
  {
    name: "chat:write",
    why: "answers are posted and brought up to date in place",
    methods: ["chat.postMessage", "chat.update", "chat.postEphemeral"],
    events: [],
  },
  {
    name: "app_mentions:read",
    why: "slash commands do not work in threads; there the bot is mentioned",
    methods: [],
    events: ["app_mention"],
  },
  { name: "users:read", why: "guests and people of other workspaces are told apart, and get nothing", methods: ["users.info"], events: [] },
  {
    name: "files:write",
    why: "what does not fit into a message follows as a file",
    methods: ["files.getUploadURLExternal", "files.completeUploadExternal"],
    events: [],
  },
  {
    name: "files:read",
    why: "a YAML file attached to a message is the document of its command",
    methods: ["files.info"],
    events: [],
  },
  ...(["channels", "groups", "im", "mpim"] as const).map((kind) => ({
    name: `${kind}:history`,
    why: `after a restart the bot looks for its own message in ${places[kind]} before it posts again${kind === "im" ? "; people write to it there" : ""}`,
    methods: ["conversations.history", "conversations.replies"],
    events: kind === "im" ? ["message.im"] : [],
  })),
];

/** Asked for only where the configuration gives roles to user groups. */
const ofGroups: Scope = {
  name: "usergroups:read",
  why: "roles are given to user groups, and the bot reads who is in them",
  methods: ["usergroups.users.list"],
  events: [],
};

/** All that the bot may do in Slack, and nothing else. The manifest is made from it and the doctor compares the token with it. */
export const botScopes = (userGroups: boolean): readonly Scope[] => (userGroups ? [...always, ofGroups] : always);

/** What the app-level token needs, to open the Socket Mode connection. */
export const appScope = "connections:write";

/** Methods that every token may call. */
export const freeMethods: readonly string[] = ["auth.test", "apps.connections.open", "views.open"];
