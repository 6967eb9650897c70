/** What this room needs of the config. Secrets are revealed only where a client is made. */
export interface SlackSettings {
  /** Only users of this workspace are served. */
  team: string;
  appToken: { reveal(): string };
  botToken: { reveal(): string };
  /** Slash command with its `/`. */
  command: string;
  /** Web API base; null = Slack's own. */
  apiUrl: string | null;
}

/** The Web API base as the SDK joins it: with a slash at its end. */
export function apiBase({ apiUrl }: Pick<SlackSettings, "apiUrl">): string {
  const base = apiUrl ?? "https://slack.com/api/";
  return base.endsWith("/") ? base : `${base}/`;
}
