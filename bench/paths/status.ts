import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Stage, setStage, until } from "../../lab/demo/stage.js";
import { tearDown } from "../../lab/hosts/state.js";
import { type Cloud, raiseCloud, workerOf } from "../../lab/openstack/raise.js";
import { type SlackLab, startSlack } from "../../lab/slack/server.js";
import type { Bench, Row } from "../bench.js";
import { answered } from "../hosts/answered.js";
import { root } from "../record.js";

/** The first question of every call, from the keyboard to the card, on the whole lab. */
export const status: Bench = {
  name: "status",
  summary: "/calico status in the lab's workspace, warm, from typed to answered, beside its own slowest operation",
  async run(say) {
    const dir = mkdtempSync(join(tmpdir(), "bench-status-"));
    const slack = await startSlack({ port: 0 });
    let bot: ChildProcess | null = null;
    try {
      const cloud = await raiseCloud({ dir }, say);
      const stage = await staged(cloud, slack);
      stage.start("redis");
      stage.start("worker");
      bot = startBot(stage, dir);
      await until("the bot is connected", () => slack.sockets.count() === 1);
      await until("the worker lives", async () => (await stage.line(["clusters"])).stdout.includes("lab-a ("));
      return await measured(slack, join(dir, "log/worker.log"));
    } finally {
      bot?.kill("SIGTERM");
      await slack.stop();
      await tearDown(dir);
    }
  },
};

function staged(cloud: Cloud, slack: SlackLab): Promise<Stage> {
  const { team, appToken, botToken } = slack.state.workspace;
  for (const [name, token] of Object.entries({ app: appToken, bot: botToken }))
    writeFileSync(join(cloud.site.dir, `${name}.token`), token, { mode: 0o600 });
  return setStage(cloud.site, {
    worker: workerOf(cloud),
    slack: { team: team.id, appToken: "file:app.token", botToken: "file:bot.token", apiUrl: `${slack.url}/api/` },
    access: {
      roles: { operator: ["local:root", "U0ALICE"] },
      channels: [{ id: "C0NETOPS", clusters: ["lab"], detail: "full" }],
    },
  });
}

function startBot(stage: Stage, dir: string): ChildProcess {
  const log = openSync(join(dir, "log/bot.log"), "a");
  const words = [join(root, "dist/src/cli.js"), "--config", stage.config, "bot"];
  return spawn(process.execPath, words, { stdio: ["ignore", log, log] });
}

async function measured(slack: SlackLab, workerLog: string): Promise<Row[]> {
  const took: number[] = [];
  const within: number[] = [];
  for (let round = 0; round < 18; round++) {
    // Longer than the bot's pause between two posts to a channel: one person asks, not a queue of them.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    const began = performance.now();
    const card = answered(slack, "C0NETOPS");
    await slack.acts.type("alice", "C0NETOPS", "/calico status");
    const message = await card;
    const ms = performance.now() - began;
    if (!JSON.stringify(message.blocks).includes("GREEN")) throw new Error(`the lab is not green: ${message.text}`);
    if (round < 3) continue;
    took.push(ms);
    within.push(operationsOf(workerLog, String(message.metadata?.event_payload["request"])));
  }
  return rows(took, within);
}

/** The longest of what the worker noted for a request, ms. */
function operationsOf(log: string, request: string): number {
  const lines = readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => line.includes(request) && line.includes('"msg":"asked"'));
  const times = lines.map((line) => (JSON.parse(line) as { ms: number }).ms);
  if (times.length === 0) throw new Error(`the worker noted nothing for ${request}`);
  return Math.max(...times);
}

function rows(took: readonly number[], within: readonly number[]): Row[] {
  const baseline = { name: "slowest single operation within it", measured: within };
  const cause =
    "On a lab of four hosts every operation is short, so the way itself counts: Slack's two calls (the card, then its answer) and two queue hops.";
  return [{ what: "typed to answered", measured: took, unit: "ms", baseline, goal: { kind: "at most", limit: 1.5 }, cause }];
}
