import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Stage, setStage, until } from "../demo/stage.js";
import { inject } from "../faults/switch.js";
import { seed } from "../hosts/seed.js";
import { ground, type Site } from "../hosts/site.js";
import { tearDown } from "../hosts/state.js";
import { type SlackLab, startSlack } from "../slack/server.js";
import { crowd } from "./crowd.js";

export type Kind = "bot" | "worker" | "redis";
export const parts = { "bot-a": "bot", "bot-b": "bot", "lab-a": "worker", "lab-b": "worker", redis: "redis" } as const satisfies Record<
  string,
  Kind
>;
export type Part = keyof typeof parts;

/** The product on a small site, every part of it a process that can be killed. */
export interface Ground {
  slack: SlackLab;
  start(part: Part): void;
  /** With SIGKILL; resolves when it is gone. */
  kill(part: Part): Promise<void>;
  /** The last lines of all logs that have this word in them. */
  tail(word: string, lines: number): string[];
  end(): Promise<void>;
}

/** What a call of Slack's Web API takes, ms; without it nothing would be killed between a post and its answer. */
const slackLag = 200;
const program = resolve(import.meta.dirname, "../../dist/src/cli.js");

/** Raises four hosts, one with a hung BIRD so that some answers take seconds, the workspace, Redis with AOF, two bots and two workers; resolves when all are at work. */
export async function raiseGround(dir: string): Promise<Ground> {
  mkdirSync(join(dir, "log"), { recursive: true });
  const slack = await startSlack({ port: 0, workspace: crowd() });
  const end = async (): Promise<void> => {
    await slack.stop();
    await tearDown(dir);
  };
  const running = new Map<Part, ChildProcess>();
  try {
    const { site, raise } = await ground({ dir, bird: { connectDelay: 0 } });
    await raise();
    await seed(site, site.workloads);
    await inject(site, "bird-hung");
    const stage = await setUp(site, slack);
    const start = (part: Part): void => void running.set(part, started(part, { site, stage }));
    for (const part of Object.keys(parts) as Part[]) start(part);
    await until("both bots are connected", () => slack.sockets.count() === 2, 60_000);
    await until("both workers are alive", async () => bothAlive((await stage.line(["clusters"])).stdout), 60_000);
    slack.lag(slackLag);
    return {
      slack,
      start,
      kill: (part) => killed(running.get(part)),
      tail: (word, lines) => tail(dir, word, lines),
      end: () => endAll(running, end),
    };
  } catch (error) {
    await endAll(running, end);
    throw error;
  }
}

const bothAlive = (said: string): boolean => ["lab-a (", "lab-b ("].every((worker) => said.includes(worker));

async function setUp(site: Site, slack: SlackLab): Promise<Stage> {
  const { team, appToken, botToken, people, channels } = slack.state.workspace;
  for (const [name, token] of Object.entries({ app: appToken, bot: botToken }))
    writeFileSync(join(site.dir, `${name}.token`), token, { mode: 0o600 });
  const operators = people.filter(({ bot }) => bot !== true).map(({ id }) => id);
  return setStage(site, {
    slack: { team: team.id, appToken: "file:app.token", botToken: "file:bot.token", apiUrl: `${slack.url}/api/` },
    access: {
      roles: { operator: ["local:root", ...operators] },
      channels: channels.map(({ id }) => ({ id, clusters: ["lab"], detail: "full" })),
    },
  });
}

/** Bots need only Redis' socket and Slack, which is beside the site; all else runs inside of it. */
function started(part: Part, { site, stage }: { site: Site; stage: Stage }): ChildProcess {
  if (part === "redis") return stage.start("redis");
  if (parts[part] === "worker") {
    const config = join(site.dir, `${part}.yaml`);
    writeFileSync(config, readFileSync(stage.config, "utf8").replace('"id": "lab-a"', `"id": "${part}"`), { mode: 0o600 });
    return stage.launch(part, [process.execPath, program, "--config", config, "worker"], process.env);
  }
  const log = openSync(join(site.dir, "log", `${part}.log`), "a");
  return spawn(process.execPath, [program, "--config", stage.config, "bot"], { stdio: ["ignore", log, log] });
}

async function killed(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

async function endAll(running: ReadonlyMap<Part, ChildProcess>, end: () => Promise<void>): Promise<void> {
  await Promise.all([...running.values()].map(killed));
  await end();
}

function tail(dir: string, word: string, lines: number): string[] {
  const logs = join(dir, "log");
  const found = readdirSync(logs).flatMap((name) =>
    readFileSync(join(logs, name), "utf8")
      .split("\n")
      .filter((line) => line.includes(word))
      .map((line) => `${name}: ${line}`),
  );
  return found.slice(-lines);
}
