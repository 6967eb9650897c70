import { dirname, resolve } from "node:path";
import { clusterOf } from "./cluster.js";
import type { ConfigRole, Context } from "./context.js";
import { checkNames } from "./names.js";
import { signingKey } from "./pem.js";
import { ConfigError, type Problem } from "./problem.js";
import type { RawConfig } from "./raw.js";
import { readRaw } from "./read.js";
import { type Complain, createResolver, nothing } from "./secrets.js";
import type { BotConfig, Config } from "./valid.js";

export interface Loading {
  file: string;
  role: ConfigRole;
  /** Of a worker: its cluster. Without it the workers of all clusters in the file are resolved. */
  cluster?: string | null;
  env?: Readonly<Record<string, string | undefined>>;
}

/** Reads, checks and resolves the configuration. Throws ConfigError that lists everything wrong with it. */
export async function loadConfig({ file, role, cluster = null, env = process.env }: Loading): Promise<Config> {
  const { raw, problems, locate, broken, whole } = await readRaw(file);
  const more: Problem[] = [];
  // Where something is broken already, what follows from it is not worth a second line.
  const complain: Complain = (path, message, hint) => void (broken(path) || more.push({ ...locate(path), message, hint }));
  const resolver = role === "names" ? nothing : createResolver({ folder: dirname(resolve(file)), env, complain });
  const context: Context = { role, cluster, resolver, complain, whole };
  checkNames(raw, context);
  const config: Config = {
    redis: await redisOf(raw, context),
    log: raw.log,
    state: raw.state === undefined ? null : resolve(dirname(resolve(file)), raw.state),
    bot: await botOf(raw, context),
    clusters: await Promise.all(raw.clusters.map((one, index) => clusterOf(one, index, context))),
    access: { ...raw.access, clusters: raw.clusters.map(({ name }) => name) },
  };
  for (const [i, { worker }] of config.clusters.entries())
    if (worker?.changes && config.state === null)
      complain(
        ["clusters", i, "worker", "changes"],
        "there is no `state:` folder",
        "the journal of changes must outlive the process: name a folder",
      );
  const all = [...problems, ...more].toSorted((a, b) => a.line - b.line || a.column - b.column);
  if (all.length > 0) throw new ConfigError(file, all);
  return config;
}

async function redisOf(raw: RawConfig, { resolver, complain }: Context): Promise<Config["redis"]> {
  const { url, username, password, prefix } = raw.redis;
  const tcp = /^rediss?:/.test(url);
  if (tcp && (url.includes("@") || url.includes("?")))
    complain(["redis", "url"], "credentials and options do not belong in the address", "use username and password: env:NAME");
  else if (tcp && !URL.canParse(url)) complain(["redis", "url"], "this address cannot be read", "redis://host:port");
  return {
    url,
    username: username ?? null,
    password: password === undefined ? null : await resolver.secret(password, ["redis", "password"]),
    prefix,
  };
}

async function botOf(raw: RawConfig, context: Context): Promise<BotConfig | null> {
  const { role, resolver, complain } = context;
  if (role === "worker") return null;
  if (!raw.bot) {
    if (role === "bot" || role === "terminal")
      complain(["bot"], "there is no `bot:` section", "the bot and the terminal need its signing key");
    return null;
  }
  const key = await signingKey(raw.bot.signingKey, ["bot", "signingKey"], context);
  if (!raw.bot.slack || role === "terminal") return { signingKey: key, slack: null, health: null };
  const { team, command, apiUrl = null, appToken, botToken } = raw.bot.slack;
  const tokens = {
    appToken: await resolver.secret(appToken, ["bot", "slack", "appToken"]),
    botToken: await resolver.secret(botToken, ["bot", "slack", "botToken"]),
  };
  return { signingKey: key, health: raw.bot.health ?? null, slack: { team, command, apiUrl, ...tokens } };
}
