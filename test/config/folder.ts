import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConfigRole } from "../../src/config/context.js";
import { generateKeyPair } from "../../src/config/keys.js";
import { loadConfig } from "../../src/config/load.js";
import { ConfigError, type Problem } from "../../src/config/problem.js";
import type { Config } from "../../src/config/valid.js";

/** The example as it is shipped, and an environment in which it loads. */
export const example = readFileSync(join(import.meta.dirname, "../../examples/config.yaml"), "utf8");
export const env = {
  REDIS_PASSWORD: "redis-pw-1",
  SLACK_APP_TOKEN: "xapp-1-abc",
  SLACK_BOT_TOKEN: "xoxb-1-abc",
  OS_PASSWORD_EU1: "os-pw-1",
};

export interface ConfigFolder {
  path: string;
  publicPem: string;
  load(text: string, how?: { role?: ConfigRole; cluster?: string; env?: Record<string, string | undefined> }): Promise<Config>;
  /** What is wrong with a text; empty when it loads. */
  problems(text: string, how?: { role?: ConfigRole; cluster?: string }): Promise<Problem[]>;
  remove(): void;
}

/** A folder with every file that the example names. */
export function configFolder(): ConfigFolder {
  const path = mkdtempSync(join(tmpdir(), "config-test-"));
  const { privatePem, publicPem } = generateKeyPair();
  mkdirSync(join(path, "keys"));
  for (const name of ["bot.key", "worker-eu1.key", "ssh-eu1", "etcd-client.key"])
    writeFileSync(join(path, "keys", name), privatePem, { mode: 0o600 });
  for (const name of ["bot.pub", "worker-eu1.pub", "worker-us1.pub", "etcd-ca.pem", "etcd-client.pem"])
    writeFileSync(join(path, "keys", name), publicPem);
  writeFileSync(join(path, "keys/known_hosts-eu1"), "# hosts\n10.0.0.10 ssh-ed25519 AAAA\n10.0.1.1 ssh-ed25519 AAAA\n");
  const load: ConfigFolder["load"] = (text, how = {}) => {
    writeFileSync(join(path, "config.yaml"), text);
    return loadConfig({ file: join(path, "config.yaml"), role: "check", env, ...how });
  };
  return {
    path,
    publicPem,
    load,
    async problems(text, how) {
      try {
        await load(text, how);
        return [];
      } catch (error) {
        if (error instanceof ConfigError) return [...error.problems];
        throw error;
      }
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** The example with one place changed; throws when that place is not there. */
export function changed(from: string | RegExp, to: string): string {
  const text = example.replace(from, () => to);
  if (text === example) throw new Error(`the example has no ${String(from)}`);
  return text;
}
