import { type ChildProcess, spawn } from "node:child_process";
import { openSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Stage, setStage, until } from "../../lab/demo/stage.js";
import { heal, inject } from "../../lab/faults/switch.js";
import { type Site } from "../../lab/hosts/site.js";
import { pause, tearDown } from "../../lab/hosts/state.js";
import { type SlackLab, startSlack } from "../../lab/slack/server.js";
import type { Message } from "../../lab/slack/state.js";
import { raiseHosts } from "../support/site.js";

let site: Site;
let stage: Stage;
let slack: SlackLab;
const bots: ChildProcess[] = [];

beforeAll(async () => {
  site = await raiseHosts("slack");
  await site.exec("ctl1", ["etcdctl", "put", "/calico/openstack/v2/no-region/neutron_election", "ctl1:1"]);
  slack = await startSlack({ port: 0 });
  const { team, appToken, botToken } = slack.state.workspace;
  for (const [name, token] of Object.entries({ app: appToken, bot: botToken }))
    writeFileSync(join(site.dir, `${name}.token`), token, { mode: 0o600 });
  stage = await setStage(site, {
    slack: { team: team.id, appToken: "file:app.token", botToken: "file:bot.token", apiUrl: `${slack.url}/api/` },
    access: {
      roles: { operator: ["local:root", "U0ALICE"], approver: ["U0BOB"] },
      channels: [
        { id: "C0NETOPS", clusters: ["lab"], detail: "full" },
        { id: "C0RANDOM", clusters: ["lab"], detail: "counts" },
      ],
    },
    // A hung BIRD costs 4 s here, so that there is time to press Cancel.
    worker: { ssh: { user: "root", privateKey: "file:id", knownHosts: "file:known_hosts", hostTimeout: "5s" } },
  });
  stage.start("redis");
  for (const id of workers) startWorker(id);
  bots.push(startBot("bot-a"), startBot("bot-b"));
  await until("both bots are connected", () => slack.sockets.count() === 2);
  await until("both workers give a sign of life", async () => {
    const { stdout } = await stage.line(["clusters"]);
    return workers.every((id) => stdout.includes(`${id} (`));
  });
}, 90_000);
afterAll(async () => {
  for (const bot of bots) bot.kill("SIGTERM");
  await slack.stop();
  await tearDown(site.dir);
}, 30_000);

const workers = ["lab-a", "lab-b"];
const program = resolve(import.meta.dirname, "../../dist/src/cli.js");

function startWorker(id: string): void {
  const config = join(site.dir, `${id}.yaml`);
  writeFileSync(config, readFileSync(stage.config, "utf8").replace('"id": "lab-a"', `"id": "${id}"`), { mode: 0o600 });
  stage.launch(id, [process.execPath, program, "--config", config, "worker"], process.env);
}

/** Job ids in the order in which the workers took them: one that two took, or one took twice, is there twice. */
function jobsTaken(): string[] {
  const lines = workers.flatMap((id) => readFileSync(join(site.dir, "log", `${id}.log`), "utf8").split("\n"));
  return lines.filter((line) => line.includes('"msg":"job taken"')).map((line) => (JSON.parse(line) as { job: string }).job);
}

/** Bots need only Redis' socket and Slack: they run beside the test. */
function startBot(name: string): ChildProcess {
  const log = openSync(join(site.dir, "log", `${name}.log`), "a");
  return spawn(process.execPath, [program, "--config", stage.config, "bot"], {
    stdio: ["ignore", log, log],
  });
}

const answers = (since: number, channel = "C0NETOPS"): Message[] =>
  slack.state.messages.filter(
    (message) => message.channel === channel && message.user !== "U0ALICE" && Number(message.ts) * 1000 >= since && done(message),
  );
const done = (message: Message): boolean => message.onlyFor !== undefined || message.metadata?.event_payload["state"] === "answered";
const textOf = (message: Message | undefined): string => JSON.stringify(message?.blocks ?? message?.text ?? "");

async function say(text: string, how: { as?: string; channel?: string; thread?: string } = {}): Promise<Message[]> {
  const { as = "alice", channel = "C0NETOPS", thread } = how;
  const since = Date.now();
  await slack.acts.type(as, channel, text, thread);
  await until(`an answer to ${text}`, () => answers(since, channel).length > 0, 20_000);
  await pause(1500);
  return answers(since, channel);
}

describe("/calico status in the workspace", () => {
  test("is one message, green, with what can be pressed next", async () => {
    const found = await say("/calico status");

    expect(found).toHaveLength(1);
    expect(textOf(found[0])).toContain("lab GREEN: 4 hosts, BGP 5/5, felix 2/2, etcd 1/1, no alarm");
    expect(found[0]?.onlyFor).toBeUndefined();
    expect(textOf(found[0])).toContain('"Refresh"');
  });

  test("bare /calico is the status of every cluster; a mention in a thread answers in the thread", async () => {
    expect(textOf((await say("/calico"))[0])).toContain("lab GREEN");

    const thread = await slack.acts.type("alice", "C0NETOPS", "is it us?");
    const found = await say("@calico status", { thread: thread ?? "" });

    expect(found).toHaveLength(1);
    expect(found[0]?.thread_ts).toBe(thread);
  });

  test("pressing Refresh updates that very message; Raw shows what ran", async () => {
    const [card] = await say("/calico status");
    const ts = card?.ts ?? "";
    await inject(site, "peer-disabled");
    try {
      await slack.acts.click("alice", ts, "Refresh");
      await until("the card turns yellow", () =>
        textOf(slack.state.messages.find((message) => message.ts === ts)).includes("lab YELLOW: BGP session compute1 - compute2 is down"),
      );
    } finally {
      await heal(site, "peer-disabled");
    }
    const since = Date.now();
    await slack.acts.click("alice", ts, "Raw");
    await until("the raw output", () => textOf(answers(since)[0]).includes("birdc"));
  }, 60_000);
});

describe("wherever it is asked", () => {
  test("--private shows every message of it to the asker alone", async () => {
    const since = Date.now();
    await say("/calico bgp compute1 —private");
    await until("the answer", () => textOf(answers(since).at(-1)).includes("BGP sessions"));
    const found = answers(since);
    const all = slack.state.messages.filter((message) => Number(message.ts) * 1000 >= since && message.channel === "C0NETOPS");

    expect(textOf(found.at(-1))).toContain("BGP sessions");
    expect(textOf(found.at(-1))).toContain("bgp compute1 --private");
    expect(all.map(({ onlyFor }) => onlyFor)).not.toContain(undefined);
  });

  test("what is written to the bot directly is a command, without its name", async () => {
    const found = await say("status", { channel: "D0ALICE" });

    expect(found).toHaveLength(1);
    expect(textOf(found[0])).toContain("lab GREEN");
  });

  test("a channel of counts that the bot is not in gets its answer through the response URL, without a name in it", async () => {
    const since = Date.now();
    await slack.acts.type("alice", "C0RANDOM", "/calico bgp compute1");
    const said = (): string =>
      JSON.stringify(slack.state.messages.filter(({ channel, ts }) => channel === "C0RANDOM" && Number(ts) * 1000 >= since));
    await until("the answer", () => said().includes("sessions are Established"), 20_000);

    for (const { name, address } of site.hosts) {
      expect(said()).not.toContain(name);
      expect(said()).not.toContain(address);
    }
  });
});

describe("a file that is attached to a mention", () => {
  const tier = "apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {name: web}\nspec: {order: 5}\n";
  async function share(name: string, content: string): Promise<Message[]> {
    const since = Date.now();
    await slack.acts.share("alice", "C0NETOPS", { text: "@calico policy preview", file: { name, bytes: Buffer.from(content) } });
    await until(`an answer to ${name}`, () => answers(since).length > 0, 20_000);
    return answers(since);
  }

  test("is what the command is about", async () => {
    const [card] = await share("tier.yaml", tier);
    expect(card?.onlyFor).toBeUndefined();
    expect(textOf(card)).toContain("create Tier");
  });

  test("is refused with the place of what is wrong in it, or because it is no text, to the asker alone", async () => {
    const [wrong] = await share("tier.yaml", tier.replace("order: 5", "oder: 5"));
    expect(textOf(wrong)).toContain("line 4, column 8: spec.oder");
    const [image] = await share("tier.png", "\0");
    expect(textOf(image)).toContain("is no text in UTF-8");
    expect(image?.onlyFor).toBe("U0ALICE");
  });

  test("that would keep a reader busy for minutes is given up after two seconds, and the bots go on", async () => {
    const [slow] = await share("wide.yaml", Array.from({ length: 24_000 }, (_, i) => `k${i}: v`).join("\n"));
    expect(textOf(slow)).toContain("took longer than 2 s to read");
    expect(textOf((await say("/calico status"))[0])).toContain("lab GREEN");
  }, 60_000);
});

describe("two bots and two workers answer once", () => {
  /** One job more, taken by one worker, and one message about that very request. */
  async function once(line: string): Promise<void> {
    const before = jobsTaken();
    const found = await say(line);
    const jobs = jobsTaken().filter((job) => !before.includes(job));

    expect(found).toHaveLength(1);
    expect(jobs).toEqual([`${String(found[0]?.metadata?.event_payload["request"])}-1`]);
    expect(new Set(jobsTaken()).size).toBe(jobsTaken().length);
  }

  test("in the ordinary way, six times", async () => {
    for (let i = 0; i < 6; i++) await once(i % 2 === 0 ? "/calico status" : "@calico bgp");
  }, 60_000);

  test("when both bots get the same envelope", async () => {
    slack.sockets.trouble.duplicate = true;
    try {
      await once("/calico status");
      await once("@calico status");
    } finally {
      slack.sockets.trouble.duplicate = false;
    }
  });

  test("when the connection is cut before the acknowledgement and the envelope comes again", async () => {
    slack.sockets.trouble.cutBeforeAck = true;
    await once("/calico status");

    await until("both bots are back", () => slack.sockets.count() === 2);
  }, 60_000);
});

describe("Cancel on the card of a running job", () => {
  const birdc = async (): Promise<string> => (await site.exec("compute2", ["sh", "-c", "pgrep -x birdc || true"])).stdout.trim();

  test("ends the remote process on the host, and the card says so", async () => {
    await inject(site, "bird-hung");
    try {
      const since = Date.now();
      await slack.acts.type("alice", "C0NETOPS", "/calico status");
      const card = (): Message | undefined =>
        slack.state.messages.find((message) => Number(message.ts) * 1000 >= since && textOf(message).includes('"Cancel"'));
      await until("a card that can be cancelled", () => card() !== undefined);
      await until("birdc waits for the hung BIRD", async () => (await birdc()) !== "", 3000);
      const began = Date.now();

      await slack.acts.click("alice", card()?.ts ?? "", "Cancel");

      await until("birdc is gone", async () => (await birdc()) === "");
      // Its own deadline would have come after 4 s.
      expect(Date.now() - began).toBeLessThan(1500);
      await until("the card says so", () => textOf(answers(since)[0]).includes("was cancelled"));
    } finally {
      await heal(site, "bird-hung");
    }
  }, 60_000);
});

describe("who may not, and what is mistyped, is told so alone", () => {
  test.each([
    ["no role", { as: "carol" }, "/calico status", "this needs the role viewer"],
    ["another company", { as: "frank" }, "/calico status", "guests and members of other workspaces are not answered"],
    ["a channel that is not listed", { channel: "C0INC" }, "/calico status", "this channel is not one that gets answers"],
    ["an unknown command", {}, "/calico stauts", "did you mean `status`?"],
    ["an unbalanced quote", {}, '/calico bgp "compute1', "is never closed"],
    ["help", { as: "carol" }, "/calico help", "status [CLUSTER]"],
  ] as const)("%s", async (_, how, line, expected) => {
    const found = await say(line, how);

    expect(found).toHaveLength(1);
    expect(textOf(found[0]).replaceAll("\\u0026", "&")).toContain(expected.split("`")[0] ?? expected);
    expect(found[0]?.onlyFor).toBe({ alice: "U0ALICE", carol: "U0CAROL", frank: "U0FRANK" }["as" in how ? how.as : "alice"]);
  });
});

test("both bots end at a signal although Redis goes with them", async () => {
  for (const bot of bots) bot.kill("SIGTERM");
  await site.run(["sh", "-c", `redis-cli -s ${join(site.dir, "redis.sock")} shutdown nosave`]);

  await until("both bots have ended", () => bots.every((bot) => bot.exitCode === 0), 18_000);
}, 30_000);
