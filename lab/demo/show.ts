import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { must } from "../hosts/run.js";
import type { Site } from "../hosts/site.js";
import { raiseCloud, workerOf } from "../openstack/raise.js";
import { raisingOf, type SiteOptions } from "../options.js";
import { slackPort } from "../site.js";
import { defaultWorkspace } from "../slack/workspace.js";
import { forward } from "./forwarder.js";
import { type Stage, setStage, until } from "./stage.js";

export interface Show {
  site: Site;
  stage: Stage;
  /** Address of the page on loopback. */
  url: string;
  close(): void;
}

export interface Showing {
  dir: string;
  port: number;
  size: SiteOptions;
  say(text: string): void;
}

const tsx = join(import.meta.dirname, "../../node_modules/.bin/tsx");
const program = (path: string): string[] => [tsx, join(import.meta.dirname, "..", path)];

/** Raises the whole demo: site, Redis, workspace, bot and worker inside it, and a way to the page from outside. */
export async function raiseShow({ dir, port, size, say }: Showing): Promise<Show> {
  const cloud = await raiseCloud({ dir, ...raisingOf(size) }, say);
  const { site } = cloud;
  const stage = await setStage(site, {
    worker: workerOf(cloud),
    thresholds: { felixKeyLate: `${size.felixTtl - 1}s`, agentLate: `${size.agentDownTime}s` },
    slack: slackSection(dir),
    access: access(),
    changes: {
      severities: { low: { keep: "10m" }, medium: { keep: "10m" }, high: { keep: "5m" } },
      ownRanges: ["10.0.0.0/8", "192.168.0.0/16"],
    },
  });
  const env = { ...process.env, LAB_DIR: dir, SLACK_LAB_COMMANDS: JSON.stringify(await completions()) };
  stage.launch("slack", program("slack/main.ts"), env);
  stage.start("redis");
  stage.start("worker");
  await until("the workspace", () => inLab(site, `http://127.0.0.1:${slackPort}/lab/health`, /sockets/), 30_000);
  stage.start("bot");
  await until(
    "the bot's connection to the workspace",
    () => inLab(site, `http://127.0.0.1:${slackPort}/lab/health`, /"sockets":[1-9]/),
    30_000,
  );
  say("bot and worker are running");
  const page = await forward(join(dir, "page.sock"), port);
  return { site, stage, url: `http://127.0.0.1:${page.port}/`, close: () => page.close() };
}

async function inLab(site: Site, url: string, wanted: RegExp): Promise<boolean> {
  const { stdout } = await site.run(["curl", "-s", "--max-time", "2", url]);
  return wanted.test(stdout);
}

function slackSection(dir: string): Record<string, unknown> {
  const { team, appToken, botToken } = defaultWorkspace();
  for (const [name, token] of Object.entries({ app: appToken, bot: botToken }))
    writeFileSync(join(dir, `${name}.token`), token, { mode: 0o600 });
  return { team: team.id, appToken: "file:app.token", botToken: "file:bot.token", apiUrl: `http://127.0.0.1:${slackPort}/api/` };
}

/** Alice asks, Bob and Dave approve, Carol may nothing; who is on call is a user group of the workspace. */
const access = (): Record<string, unknown> => ({
  roles: { operator: ["local:root", "U0ALICE"], approver: ["U0BOB", "U0DAVE"] },
  onCall: ["S0NETOPS"],
  channels: [
    { id: "C0NETOPS", clusters: ["lab"], detail: "full" },
    { id: "C0INC", clusters: ["lab"], detail: "full" },
  ],
});

/** Lines that the composer offers, from the bot's own help. */
async function completions(): Promise<{ line: string; help: string }[]> {
  const listed = await must([process.execPath, join(import.meta.dirname, "../../dist/src/cli.js"), "commands", "--json"]);
  const commands = JSON.parse(listed) as { name: string; summary: string }[];
  return ["/calico", "@calico"].flatMap((word) => commands.map(({ name, summary }) => ({ line: `${word} ${name}`, help: summary })));
}
