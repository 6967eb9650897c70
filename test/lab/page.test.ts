import { type ChildProcess, spawn } from "node:child_process";
import { openSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import type { BrowserContext, Locator, Page } from "playwright-core";
import { openBrowser } from "../../lab/browser.js";
import { setStage, until } from "../../lab/demo/stage.js";
import { faultNamed, faults } from "../../lab/faults/faults.js";
import { activeFaults, heal, inject } from "../../lab/faults/switch.js";
import { must } from "../../lab/hosts/run.js";
import { type Site } from "../../lab/hosts/site.js";
import { tearDown } from "../../lab/hosts/state.js";
import type { FaultPanel } from "../../lab/slack/fault-panel.js";
import { type SlackLab, type SlackOptions, startSlack } from "../../lab/slack/server.js";
import { defaultWorkspace } from "../../lab/slack/workspace.js";
import { raiseHosts } from "../support/site.js";

const root = resolve(import.meta.dirname, "../..");
const program = join(root, "dist/src/cli.js");
const green = "lab GREEN: 4 hosts, BGP 5/5, felix 2/2, etcd 1/1, no alarm";
const fault = faultNamed("peer-disabled");

jest.setTimeout(30_000);

let site: Site;
let slack: SlackLab;
let bot: ChildProcess;
let browser: BrowserContext;
let page: Page;
/** Errors on the page's console, scripts that threw, requests that the content policy refused. */
const problems: string[] = [];

beforeAll(async () => {
  await must([process.execPath, join(root, "node_modules/.bin/tsc"), "-p", join(root, "lab/slack/page")], { timeoutMs: 60_000 });
  site = await raiseHosts("page");
  await site.exec("ctl1", ["etcdctl", "put", "/calico/openstack/v2/no-region/neutron_election", "ctl1:1"]);
  slack = await startSlack(await workspaceOptions(0));
  const { team, appToken, botToken } = defaultWorkspace();
  for (const [name, token] of Object.entries({ app: appToken, bot: botToken }))
    writeFileSync(join(site.dir, `${name}.token`), token, { mode: 0o600 });
  const stage = await setStage(site, {
    slack: { team: team.id, appToken: "file:app.token", botToken: "file:bot.token", apiUrl: `${slack.url}/api/` },
    access: {
      roles: { operator: ["local:root", "U0ALICE"], approver: ["U0BOB"] },
      channels: [{ id: "C0NETOPS", clusters: ["lab"], detail: "full" }],
    },
  });
  stage.start("redis");
  stage.start("worker");
  const log = openSync(join(site.dir, "log/bot.log"), "a");
  bot = spawn(process.execPath, [program, "--config", stage.config, "bot"], { stdio: ["ignore", log, log] });
  [page] = await Promise.all([
    openPage(),
    until("the bot is connected", () => slack.sockets.count() === 1),
    until("a worker", async () => (await stage.line(["clusters"])).stdout.includes("each with a worker")),
  ]);
}, 90_000);
afterAll(async () => {
  await browser?.close();
  bot?.kill("SIGTERM");
  await slack?.stop();
  await tearDown(site.dir);
}, 30_000);

const panel: FaultPanel = {
  list: async () => faults.map(({ name, title }) => ({ name, title, active: activeFaults(site).includes(name) })),
  inject: async (name) => void (await inject(site, name)),
  heal: async (name) => void (await heal(site, name)),
};

/** As the demo starts it, with what the built bot says that it understands. */
async function workspaceOptions(port: number): Promise<SlackOptions> {
  const listed = JSON.parse(await must([process.execPath, program, "commands", "--json"])) as { name: string; summary: string }[];
  const commands = ["/calico", "@calico"].flatMap((word) =>
    listed.map(({ name, summary }) => ({ line: `${word} ${name}`, help: summary })),
  );
  return { port, commands, faults: panel, hosts: site.hosts, page: join(root, "lab/slack/page") };
}

async function openPage(): Promise<Page> {
  browser = await openBrowser(join(site.dir, "chromium"));
  const opened = browser.pages()[0] ?? (await browser.newPage());
  opened.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  opened.on("pageerror", (error) => problems.push(error.message));
  return opened;
}

const composer = (): Locator => page.locator("#composer input");
const messages = (): Locator => page.locator("#messages .message");
const card = (): Locator => messages().last();
const thread = (): Locator => page.locator("#thread");
const inFocus = (): Promise<string> => page.locator(":focus").innerText();

/** Waits until something on the page has these words. */
async function sees(where: Locator, words: string | RegExp): Promise<void> {
  await where.filter({ hasText: words }).first().waitFor();
}

async function say(line: string): Promise<void> {
  await composer().fill(line);
  await composer().press("Enter");
}

describe("a newcomer's way", () => {
  test("the page opens without an error, under a policy that takes no script but its own, and says what to do first", async () => {
    const answer = await page.goto(slack.url);
    const policy = answer?.headers()["content-security-policy"] ?? "";
    await sees(page.locator(".welcome"), "This page stands in for Slack");

    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toContain("unsafe");
    expect(await page.locator(".welcome .hosts li").allInnerTexts()).toContain("compute1 compute 192.168.10.11");
    expect(await page.locator(".welcome ol li").first().innerText()).toContain("/calico status");
    await sees(page.locator("#presence"), /^bot connected$/);
    expect(await page.locator("#trouble").isHidden()).toBe(true);
    expect(problems).toEqual([]);
  });

  test("`/cal` offers commands, status first; the arrows choose, Enter and Tab complete, Escape closes", async () => {
    await composer().click();
    await page.keyboard.type("/cal");
    const offered = page.locator("#composer [role=option]");
    await sees(offered.first(), "/calico status");
    expect(await offered.allInnerTexts()).toContainEqual(expect.stringMatching(/^\/calico why\s+whether SRC/));

    const second = /^\/calico \S+/.exec(await offered.nth(1).innerText())?.[0] ?? "";
    await page.keyboard.press("ArrowDown");
    expect(await page.locator("#composer [aria-selected=true]").innerText()).toContain(second);
    await page.keyboard.press("Enter");
    expect(await composer().inputValue()).toBe(second);
    expect(await messages().count()).toBe(0);

    await composer().fill("/calico");
    await page.keyboard.press("Escape");
    expect(await offered.count()).toBe(0);

    await composer().fill("/calico s");
    await page.keyboard.press("Tab");
    expect(await composer().inputValue()).toBe("/calico status");
  });

  test("Enter sends it, and within seconds a green verdict stands there, from the app, with a light one can see", async () => {
    const began = Date.now();
    await page.keyboard.press("Enter");
    await sees(card(), green);

    expect(Date.now() - began).toBeLessThan(10_000);
    expect(await card().locator(".head").innerText()).toMatch(/^calico\s+APP\s+\d\d:\d\d:\d\d · just now$/);
    const light = card().locator(".body .circle").first();
    expect(await light.getAttribute("class")).toBe("circle green");
    expect((await light.boundingBox())?.width).toBeGreaterThan(8);
    expect(await card().locator("table tr").count()).toBe(5);
    expect(await composer().inputValue()).toBe("");
  });

  test("a title keeps the marks that stand in it as code", async () => {
    await say("/calico routes 10.65.0.12");

    await sees(card(), "One owner: compute2");
    await sees(card(), "paths in BIRD (* selected, ! refused by the kernel)");
  });

  test("the fault panel breaks a session; the first line of the next status says so", async () => {
    await page.locator("#show-faults").click();
    await page.getByRole("button", { name: `Break: ${fault.title}` }).click();
    await sees(page.locator("#show-faults"), "1 thing is broken");
    await say("/calico status");
    await sees(card(), fault.expect.firstLine);

    expect((await card().locator(".body").innerText()).split("\n")[0]).toContain(`lab ${fault.expect.firstLine}`);
    expect(await card().locator(".body .circle").first().getAttribute("class")).toBe("circle yellow");
  });

  test("after healing, Refresh is reached and pressed with the keyboard alone, and turns that very card green", async () => {
    await page.getByRole("button", { name: `Heal: ${fault.title}` }).click();
    await sees(page.locator("#show-faults"), "Break something");
    const before = await messages().count();
    await page.locator("#close-faults").click();
    await composer().focus();
    for (let i = 0; i < 8 && (await inFocus()) !== "Refresh"; i++) await page.keyboard.press("Shift+Tab");
    expect(await inFocus()).toBe("Refresh");
    await page.keyboard.press("Enter");
    await sees(card(), green);

    expect(await messages().count()).toBe(before);
    await until("the focus is back at the button", async () => (await inFocus()) === "Refresh");
    expect(problems).toEqual([]);
  });

  test("a thread stands beside the channel: a mention is answered there, a slash command is refused with the reason", async () => {
    await card().hover();
    await card().getByRole("button", { name: "Reply in thread" }).click();
    await thread().locator("input").fill("@calico status");
    await thread().locator("input").press("Enter");
    await sees(thread().locator(".message").nth(2), green);
    await sees(card().locator(".replies"), /^2 replies last just now$/);

    await thread().locator("input").fill("/calico status");
    await thread().locator("input").press("Enter");
    await sees(thread().locator(".hint"), "slash commands do not work in threads");
    expect(await thread().locator("input").inputValue()).toBe("/calico status");
    await page.locator("#close-thread").click();
  });
});

test("a word that is no slash command of anybody is refused, not sent to the bot", async () => {
  await say("/calcio status");
  await sees(page.locator("#composer .hint"), "/calcio is not a command here; /calico is");
  expect(await composer().inputValue()).toBe("/calcio status");
});

describe("other people and channels", () => {
  test("who has no role is told so, with the names of who could, and nobody else sees it", async () => {
    await page.locator("#person").selectOption("U0CAROL");
    await say("/calico status");
    await sees(card(), "this needs the role viewer; you hold none");
    expect(await card().innerText()).toContain("Only visible to you");
    expect(await card().innerText()).toContain("@alice, @bob");

    await page.locator("#person").selectOption("U0ALICE");
    await sees(card(), green);
    expect(await messages().filter({ hasText: "not allowed" }).count()).toBe(0);
  });

  test("a message stays in its channel, and that channel's name is bold until somebody looks", async () => {
    const random = page.locator("[data-channel=C0RANDOM]");
    await slack.acts.type("bob", "random", "lunch? <b>&");
    await page.locator(".unread").waitFor();
    expect(await page.locator(".unread").innerText()).toBe("# random");
    await random.click();
    await sees(page.locator("#title"), "#random");
    await sees(messages(), "lunch? <b>&");
    expect(await page.locator(".unread").count()).toBe(0);

    await page.locator("[data-channel=C0NETOPS]").click();
    await sees(card(), green);
    expect(await page.locator("#messages").innerText()).not.toContain("lunch");
  });
});

describe("when something is away", () => {
  test("a script that is not the page's own does not run", async () => {
    problems.length = 0;
    await page.evaluate(
      "document.body.append(Object.assign(document.createElement('script'), { textContent: 'document.title = `taken`' }))",
    );

    expect(await page.title()).toBe("calico-chatops demo");
    expect(problems.join()).toContain("Content Security Policy");
  });

  test("a workspace that is gone is told at once, nothing typed is lost, and its return is found without a reload", async () => {
    const port = Number(new URL(slack.url).port);
    await slack.stop();
    await sees(page.locator("#trouble"), "The workspace does not answer");
    await say("/calico status");
    await sees(page.locator("#composer .hint"), "the workspace does not answer");
    expect(await composer().inputValue()).toBe("/calico status");

    slack = await startSlack(await workspaceOptions(port));
    await sees(page.locator("#presence"), /^bot connected$/);
    await page.locator("#trouble").waitFor({ state: "hidden" });
    await composer().press("Enter");
    await sees(card(), green);
  }, 40_000);

  test("a bot that is gone is told before somebody asks it", async () => {
    bot.kill("SIGTERM");
    await sees(page.locator("#trouble"), "The bot is not connected");
    expect(await page.locator("#presence").innerText()).toBe("bot not connected");
  });
});
