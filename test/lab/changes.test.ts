import { type ChildProcess, spawn } from "node:child_process";
import { openSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { buildCalicoctl } from "../../lab/calicoctl/build.js";
import { type Stage, setStage, until } from "../../lab/demo/stage.js";
import type { Site } from "../../lab/hosts/site.js";
import { pause, tearDown } from "../../lab/hosts/state.js";
import { type SlackLab, startSlack } from "../../lab/slack/server.js";
import type { Message } from "../../lab/slack/state.js";
import { raiseHosts } from "../support/site.js";
import { called, documents } from "./changes/documents.js";

jest.setTimeout(90_000);

let site: Site;
let stage: Stage;
let slack: SlackLab;
let worker: ChildProcess;
let redis: ChildProcess;
let bot: ChildProcess;

/** Longer than a change takes that somebody keeps, and short enough to wait for. */
const window = 9000;

beforeAll(async () => {
  site = await raiseHosts("changes");
  slack = await startSlack({ port: 0 });
  const { team, appToken, botToken } = slack.state.workspace;
  for (const [name, token] of Object.entries({ app: appToken, bot: botToken }))
    writeFileSync(join(site.dir, `${name}.token`), token, { mode: 0o600 });
  const keep = `${window / 1000}s`;
  stage = await setStage(site, {
    slack: { team: team.id, appToken: "file:app.token", botToken: "file:bot.token", apiUrl: `${slack.url}/api/` },
    access: {
      roles: { operator: ["local:root", "U0ALICE"], approver: ["U0BOB", "U0DAVE"] },
      onCall: ["U0ALICE"],
      channels: [{ id: "C0NETOPS", clusters: ["lab"], detail: "full" }],
    },
    worker: { calicoctl: { path: await buildCalicoctl(join(site.dir, "bin")), hostPath: "/run/lab/calicoctl" } },
    changes: { severities: { low: { keep }, medium: { keep }, high: { keep } }, ownRanges: ["10.0.0.0/8"] },
  });
  redis = stage.start("redis");
  worker = stage.start("worker");
  bot = startBot();
  await until("the bot is connected", () => slack.sockets.count() === 1);
  await until("a worker that changes", async () => (await stage.line(["clusters"])).stdout.includes("each with a worker"));
}, 90_000);
afterAll(async () => {
  bot?.kill("SIGTERM");
  await slack?.stop();
  await tearDown(site.dir);
}, 30_000);

const program = resolve(import.meta.dirname, "../../dist/src/cli.js");

function startBot(): ChildProcess {
  const log = openSync(join(site.dir, "log/bot.log"), "a");
  return spawn(process.execPath, [program, "--config", stage.config, "bot"], { stdio: ["ignore", log, log] });
}

const textOf = (message: Message | undefined): string => JSON.stringify(message?.blocks ?? message?.text ?? "");
const cardOf = (id: string): Message | undefined =>
  slack.state.messages.find((message) => message.thread_ts === undefined && textOf(message).includes(id));

/** Posts a line with its document, and waits for the card or the refusal. */
async function asked(line: string, document = ""): Promise<Message> {
  const before = new Set(slack.state.messages.map(({ ts }) => ts));
  await slack.acts.type("alice", "C0NETOPS", document === "" ? line : `${line}\n\`\`\`\n${document}\n\`\`\``);
  const answer = (): Message | undefined =>
    slack.state.messages.find(
      (message) =>
        !before.has(message.ts) &&
        message.user !== "U0ALICE" &&
        message.thread_ts === undefined &&
        (message.onlyFor !== undefined || message.metadata?.event_payload["state"] === "answered"),
    );
  await until(`an answer to ${line}`, () => answer() !== undefined, 30_000);
  return answer() as Message;
}

function idIn(message: Message): string {
  const id = /c-[a-z0-9]{7}/.exec(textOf(message))?.[0];
  if (id === undefined) throw new Error(`no change was proposed: ${textOf(message)}`);
  return id;
}

/** Presses a button of a card, and waits for what the presser alone is told. */
async function press(id: string, what: string, as: string): Promise<void> {
  const told = (): number => slack.state.messages.filter(({ onlyFor }) => onlyFor !== undefined).length;
  const before = told();
  await slack.acts.click(as, cardOf(id)?.ts ?? "", what);
  await until(`${as} is told what ${what} did`, () => told() > before);
}

const shows = (id: string, wanted: RegExp, within = 20_000): Promise<void> =>
  until(`${id} shows ${wanted}`, () => wanted.test(textOf(cardOf(id))), within);

/** The object as it lies in etcd; null = it does not. */
async function stored(path: string): Promise<{ spec: Record<string, unknown> } | null> {
  const key = `/calico/resources/v3/projectcalico.org/${path}`;
  const { stdout } = await site.exec("ctl1", ["etcdctl", "get", "--print-value-only", key]);
  return stdout.trim() === "" ? null : (JSON.parse(stdout) as { spec: Record<string, unknown> });
}

describe("what people copy from articles", () => {
  test.each(Object.entries(documents))("%s", async (_, { text, says, refused, path }) => {
    const card = await asked("@calico apply", text);

    for (const words of says) expect(textOf(card)).toContain(words);
    expect(textOf(card).includes("Approve…")).toBe(!refused);
    expect(await stored(path)).toEqual(called(path) ? expect.anything() : null);
    if (!refused) await press(idIn(card), "Withdraw", "alice");
    if (!refused) await shows(idIn(card), /withdrawn/);
  });
});

describe("a change", () => {
  const smtp = (name: string): string =>
    JSON.stringify({
      apiVersion: "projectcalico.org/v3",
      kind: "GlobalNetworkPolicy",
      metadata: { name },
      spec: {
        order: 100,
        selector: "projectcalico.org/namespace == 'openstack'",
        types: ["Egress"],
        egress: [{ action: "Deny", protocol: "TCP", destination: { ports: [25] } }],
      },
    });

  test("that another person approves is applied, in force, and stays when somebody keeps it", async () => {
    const id = idIn(await asked("@calico apply", smtp("kept")));

    await press(id, "Approve…", "alice");
    await pause(1000);
    expect(await stored("globalnetworkpolicies/kept")).toBeNull();
    await press(id, "Approve…", "bob");
    await shows(id, / applied \d\d:/);
    expect((await stored("globalnetworkpolicies/kept"))?.spec["order"]).toBe(100);
    await shows(id, /in force on 2 of 2 hosts/);
    await press(id, "Keep", "dave");
    await shows(id, / kept: /);
    await pause(window);

    expect(await stored("globalnetworkpolicies/kept")).not.toBeNull();
  });

  test("is undone by rollback, with votes of its own, which stays by itself", async () => {
    const id = idIn(await asked("@calico rollback"));

    await press(id, "Approve…", "bob");
    await shows(id, /kept at \d\d:\d\d:\d\d UTC unless somebody reverts it/);
    expect(await stored("globalnetworkpolicies/kept")).toBeNull();
    await shows(id, / kept: /, window + 15_000);

    expect(await stored("globalnetworkpolicies/kept")).toBeNull();
  });

  test("is in the feed with who asked for it, and what somebody wrote past the bot is the suspect", async () => {
    const path = "/calico/resources/v3/projectcalico.org/globalnetworksets/past";
    await site.exec("ctl1", [
      "etcdctl",
      "put",
      path,
      '{"kind":"GlobalNetworkSet","metadata":{"name":"past"},"spec":{"nets":["192.0.2.0/24"]}}',
    ]);

    const feed = textOf(await asked("@calico changes")).replaceAll('"},{"type":"raw_text","text":"', " ");

    expect(feed).toMatch(/lab: 3 human changes, \d+ tenant SG writes?/);
    expect(feed).toMatch(/Suspect: GlobalNetworkSet past created \d\d:\d\d UTC, not through the bot/);
    expect(feed).toMatch(/created GlobalNetworkPolicy kept - alice, c-[a-z0-9]{7}/);
    expect(feed).toMatch(/deleted GlobalNetworkPolicy kept - alice, c-[a-z0-9]{7}/);
    await site.exec("ctl1", ["etcdctl", "del", path]);
  });

  test("that nobody keeps is put back by itself, though worker, bot and Redis die meanwhile", async () => {
    const id = idIn(await asked("@calico apply", smtp("dying")));
    await press(id, "Approve…", "bob");
    await shows(id, / applied \d\d:/);

    bot.kill("SIGKILL");
    worker.kill("SIGKILL");
    redis.kill("SIGKILL");
    await pause(500);
    expect(await stored("globalnetworkpolicies/dying")).not.toBeNull();
    redis = stage.start("redis");
    worker = stage.start("worker");
    await until("it is put back", async () => (await stored("globalnetworkpolicies/dying")) === null, window + 15_000);
    bot = startBot();

    await shows(id, / put back: /, 30_000);
    await until("the requester is told", () =>
      slack.state.messages.some((one) => one.thread_ts !== undefined && /was put back/.test(textOf(one)) && textOf(one).includes(id)),
    );
  });

  test("without Redis and Slack is put back by its deadline", async () => {
    const id = idIn(await asked("@calico apply", smtp("alone")));
    await press(id, "Approve…", "bob");
    await shows(id, / applied \d\d:/);

    redis.kill("SIGKILL");
    await until("it is put back", async () => (await stored("globalnetworkpolicies/alone")) === null, window + 10_000);

    redis = stage.start("redis");
    await shows(id, / put back: /, 30_000);
  });

  test("that drops everything needs two people, says so, and is put back by one click", async () => {
    const { text = "" } = documents["GlobalNetworkPolicy default-deny-all"] ?? {};
    const id = idIn(await asked("@calico apply", text));

    await press(id, "Approve…", "bob");
    await shows(id, /1 of 2 given/);
    expect(await stored("globalnetworkpolicies/default-deny-all")).toBeNull();
    await press(id, "Approve…", "dave");
    await shows(id, / applied \d\d:/);
    await press(id, "Revert now", "alice");
    await shows(id, / put back: /);

    expect(await stored("globalnetworkpolicies/default-deny-all")).toBeNull();
  });

  test("is not applied over what somebody else wrote since it was planned", async () => {
    const id = idIn(await asked("@calico apply", smtp("raced")));
    const other = JSON.stringify({
      kind: "GlobalNetworkPolicy",
      apiVersion: "projectcalico.org/v3",
      metadata: { name: "raced" },
      spec: { order: 1 },
    });
    await site.exec("ctl1", ["etcdctl", "put", "/calico/resources/v3/projectcalico.org/globalnetworkpolicies/raced", other]);

    await press(id, "Approve…", "bob");
    await shows(id, /no longer fits/);

    expect((await stored("globalnetworkpolicies/raced"))?.spec).toEqual({ order: 1 });
    await site.exec("ctl1", ["etcdctl", "del", "/calico/resources/v3/projectcalico.org/globalnetworkpolicies/raced"]);
  });

  test("that blocks an address outside needs no votes and ends by itself", async () => {
    const id = idIn(await asked("@calico block 203.0.113.7 1m"));

    await shows(id, / applied \d\d:/);
    expect(await stored("globalnetworkpolicies/chatops-block-203-0-113-7")).not.toBeNull();
    await press(id, "Revert now", "alice");
    await shows(id, / put back: /);

    expect(await stored("globalnetworkpolicies/chatops-block-203-0-113-7")).toBeNull();
  });

  test("in an emergency runs at once for who is on call, and for nobody else", async () => {
    const id = idIn(await asked("@calico apply --emergency 'inc 4821'", smtp("emergency")));
    await shows(id, / applied \d\d:/);
    await press(id, "Revert now", "alice");
    await shows(id, / put back: /);

    await slack.acts.type("bob", "C0NETOPS", `@calico apply --emergency 'me too'\n\`\`\`\n${smtp("no")}\n\`\`\``);
    await until("bob is refused", () =>
      slack.state.messages.some((one) => one.onlyFor === "U0BOB" && /whoever is on call/.test(textOf(one))),
    );
    expect(await stored("globalnetworkpolicies/no")).toBeNull();
  });
});
