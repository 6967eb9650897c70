import { webApi } from "@slack/bolt";
import type { Log } from "../log/log.js";
import { type Client, createClient, refusal } from "./client.js";
import { appScope, botScopes } from "./scopes.js";
import { sdkLogger } from "./sdk-logger.js";
import { apiBase, type SlackSettings } from "./settings.js";
import { readMembers } from "./user-groups.js";

/** One finding about the tokens; `fix` null = it is fine. */
export interface TokenFinding {
  what: string;
  text: string;
  fix: string | null;
}

/** Asks Slack about both tokens: whose they are, whether they hold what the bot needs, and whether these user groups can be read. */
export async function probeTokens(settings: SlackSettings, userGroups: readonly string[], log: Log): Promise<TokenFinding[]> {
  return (await Promise.all([botToken(settings, userGroups, log), appToken(settings, log)])).flat();
}

async function botToken(settings: SlackSettings, userGroups: readonly string[], log: Log): Promise<TokenFinding[]> {
  const what = "slack bot token";
  try {
    const client = createClient(settings, log);
    const me = await client.auth.test();
    if (me.team_id !== settings.team)
      return [
        {
          what,
          text: `it is of workspace ${me.team_id ?? "?"}, the config names ${settings.team}`,
          fix: "install the app in that workspace, or mend bot.slack.team",
        },
      ];
    return [
      { what, text: `${me.user ?? "the bot"} in ${me.team ?? settings.team}`, fix: null },
      scopes(me.response_metadata?.scopes, userGroups.length > 0),
      ...(await Promise.all(userGroups.map((group) => userGroup(client, group)))),
    ];
  } catch (error) {
    return [refused(what, error, "take the bot token (xoxb-) of the app's page OAuth & Permissions")];
  }
}

async function userGroup(client: Client, group: string): Promise<TokenFinding> {
  const what = `slack user group ${group}`;
  const read = await readMembers(client, group);
  if (!read.ok) return { what, text: `${read.why}; nobody has its role`, fix: "mend that, or name people instead under access.roles" };
  return { what, text: `${read.users.size} member${read.users.size === 1 ? "" : "s"}`, fix: null };
}

function scopes(held: readonly string[] | undefined, userGroups: boolean): TokenFinding {
  const what = "slack scopes";
  if (held === undefined)
    return { what, text: "slack did not say which scopes the token holds", fix: "compare them with `calico-chatops manifest`" };
  const wanted = botScopes(userGroups).map(({ name }) => name);
  const missing = wanted.filter((name) => !held.includes(name));
  if (missing.length === 0) return { what, text: `all ${wanted.length} there`, fix: null };
  return {
    what,
    text: `missing: ${missing.join(", ")}`,
    fix: "paste `calico-chatops manifest` into the app's page App Manifest, then reinstall the app",
  };
}

async function appToken(settings: SlackSettings, log: Log): Promise<TokenFinding[]> {
  const what = "slack app token";
  const client = new webApi.WebClient(settings.appToken.reveal(), {
    slackApiUrl: apiBase(settings),
    retryConfig: { retries: 0 },
    timeout: 8000,
    rejectRateLimitedCalls: true,
    logger: sdkLogger(log),
  });
  try {
    await client.apps.connections.open();
    return [{ what, text: "opens a Socket Mode connection", fix: null }];
  } catch (error) {
    return [refused(what, error, `make an app-level token (xapp-) with the scope ${appScope}, and turn Socket Mode on`)];
  }
}

function refused(what: string, error: unknown, fix: string): TokenFinding {
  const word = refusal(error);
  if (word === null) return { what, text: "slack did not answer", fix: "check the way to slack.com:443" };
  return { what, text: `slack refused it: ${word}`, fix };
}
