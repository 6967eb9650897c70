import { appScope, botScopes } from "./scopes.js";

/** What the manifest is made from. */
export interface ManifestWishes {
  /** Slash command with its `/`. */
  command: string;
  /** What can be typed behind it, the most useful first. */
  usages: readonly string[];
  /** Whether roles are given to user groups. */
  userGroups: boolean;
}

/** Slack's limits: name 35 characters, description 140, usage hint 1000; a hint that long is not read. */
const mostHint = 120;

/** The Slack app's manifest as YAML: one slash command, Socket Mode, the smallest scopes with the reason for each. */
export function manifestYaml({ command, usages, userGroups }: ManifestWishes): string {
  const name = command.slice(1);
  const scopes = botScopes(userGroups);
  return `${[
    "# Slack app manifest: api.slack.com/apps, Create New App, From a manifest. Then install it, make an app-level token with the scope",
    `# ${appScope} (Basic Information), and put both tokens where bot.slack of the configuration looks for them.`,
    "display_information:",
    `  name: ${name}-chatops`,
    "  description: Answers what the state of the OpenStack cloud's Calico network is",
    "features:",
    "  bot_user:",
    `    display_name: ${name}`,
    "    always_online: true",
    "  slash_commands:",
    `    - command: ${command}`,
    "      description: Ask about hosts, BIRD, Calico, etcd and Neutron",
    `      usage_hint: ${JSON.stringify(hint(usages))}`,
    "      should_escape: false # people's words come as they were typed",
    "oauth_config:",
    "  scopes:",
    "    bot:",
    ...scopes.map((scope) => `      - ${scope.name} # ${scope.why}`),
    "settings:",
    "  event_subscriptions:",
    "    bot_events:",
    ...scopes.flatMap(({ events }) => events).map((event) => `      - ${event}`),
    "  interactivity:",
    "    is_enabled: true # the buttons of a card",
    "  org_deploy_enabled: false",
    "  socket_mode_enabled: true # the bot calls Slack; nothing listens on the internet",
    "  token_rotation_enabled: false",
  ].join("\n")}\n`;
}

/** As many usages as fit. */
function hint(usages: readonly string[]): string {
  let text = "";
  for (const usage of usages) {
    const next = text === "" ? usage : `${text} | ${usage}`;
    if (next.length > mostHint) break;
    text = next;
  }
  return text;
}
