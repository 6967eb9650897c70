import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import axe from "axe-core";
import type { BrowserContext, Locator, Page } from "playwright-core";
import { openBrowser } from "../../lab/browser.js";
import { until } from "../../lab/demo/stage.js";
import { must } from "../../lab/hosts/run.js";
import { type SlackLab, startSlack } from "../../lab/slack/server.js";
import { view } from "../../src/contract/view.js";
import { toMessage } from "../../src/slack/blocks/message.js";
import { startTinyApp, type TinyApp } from "./slack/tiny-app.js";

/** The workspace page alone: what it looks like and how it is used, whoever uses it and on whatever screen. */
const root = resolve(import.meta.dirname, "../..");
const profile = mkdtempSync(join(tmpdir(), "page-access-"));
jest.setTimeout(40_000);

let slack: SlackLab;
let tiny: TinyApp;
let browser: BrowserContext;
let page: Page;

beforeAll(async () => {
  await must([process.execPath, join(root, "node_modules/.bin/tsc"), "-p", join(root, "lab/slack/page")], { timeoutMs: 60_000 });
  const faults = {
    list: async () => [{ name: "f", title: "a session is down", active: true }],
    inject: async () => {},
    heal: async () => {},
  };
  const hosts = [{ name: "compute1", role: "compute", address: "192.168.10.11" }];
  const commands = ["status", "bgp"].map((name) => ({ line: `/calico ${name}`, help: `about ${name}` }));
  slack = await startSlack({ port: 0, page: join(root, "lab/slack/page"), faults, hosts, commands });
  tiny = await startTinyApp(slack);
  await post();
  browser = await openBrowser(profile);
  page = browser.pages()[0] ?? (await browser.newPage());
  await page.goto(slack.url);
  await messages().nth(1).waitFor();
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await tiny?.stop();
  await slack?.stop();
  rmSync(profile, { recursive: true, force: true });
}, 30_000);

/** A card with everything that cards have, and a file below it. */
async function post(): Promise<void> {
  const card = view("bad", "lab RED: rack r12 cut off, since 02:51", "Fine: etcd 3/3");
  card.sections.push(
    { kind: "lines", title: "what is wrong", lines: [{ light: "warn", text: "compute1: `felix` is silent", detail: ["since 02:51"] }] },
    { kind: "facts", title: "facts", facts: [{ label: "etcd", value: "3/3", light: "ok" }] },
    {
      kind: "table",
      title: "hosts",
      columns: ["host", "BGP", "felix", "since", "notes"].map((title) => ({ title })),
      rows: [["compute1", "1/2", "up", "02:51", "a long note about it"]],
    },
    { kind: "code", title: "raw", text: "a long line of output ".repeat(20) },
  );
  card.footer.push("lab-a, 2.4 s");
  card.actions.push(...["Refresh", "Raw", "Hosts", "BGP", "Routes", "More"].map((label) => ({ label, line: label.toLowerCase() })));
  const { text, blocks } = toMessage(card, { command: "/calico", asText: () => "" });
  const { client } = tiny.app;
  await client.chat.postMessage({ channel: "C0NETOPS", text, blocks });
  await client.chat.postEphemeral({ channel: "C0NETOPS", user: "U0ALICE", text: "for *your* eyes, see <https://example.org|this>" });
  const change = view("warn", "change c-7 waits");
  change.mentions = ["U0DAVE", "S0NETOPS"];
  const confirm = { title: "Approve c-7?", text: "Cuts tcp/25 to internet for 3,118 VMs in 41 projects", yes: "Approve" };
  change.actions.push({ label: "Approve…", line: "approve c-7", style: "primary", confirm });
  await client.chat.postMessage({ channel: "C0NETOPS", ...toMessage(change, { command: "/calico", asText: () => "" }) });
  await client.filesUploadV2({
    channel_id: "C0NETOPS",
    filename: "status.txt",
    file: Buffer.from("line 1\nline 2\n"),
    title: "status.txt",
  });
}

const messages = (): Locator => page.locator("#messages .message");
const question = (): Locator => page.locator("#confirm");
const modal = (): Locator => page.locator("#modal");
const composer = (): Locator => page.locator("#composer input");
const focused = (): Promise<string> => page.evaluate("document.activeElement.id || document.activeElement.textContent");

/** What axe-core's rules find wrong with what is shown now. */
async function violations(): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate<axe.AxeResults>("axe.run(document, { resultTypes: ['violations'] })");
  return found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html.slice(0, 160)} ${failureSummary ?? ""}`),
  );
}

async function openModal(): Promise<void> {
  await composer().fill("/calico");
  await composer().press("Escape");
  await composer().press("Enter");
  await modal().locator("h2").waitFor();
}

/** Everything that can stand on the screen, one after the other. */
const states: readonly [string, () => Promise<void>][] = [
  ["the channel", async () => page.locator("#messages summary").click()],
  ["completions", async () => composer().fill("/cal")],
  [
    "a thread",
    async () => {
      await composer().fill("");
      await messages().first().getByRole("button", { name: "Reply in thread" }).click({ force: true });
    },
  ],
  [
    "the fault panel",
    async () => {
      await page.locator("#close-thread").click();
      await page.locator("#show-faults").click();
      await page.locator("#fault-list li").waitFor();
    },
  ],
  [
    "a question before a click",
    async () => {
      await page.locator("#close-faults").click();
      await page.getByRole("button", { name: "Approve…" }).click();
      await question().locator("h2").waitFor();
    },
  ],
  [
    "a view with errors",
    async () => {
      await page.keyboard.press("Escape");
      await question().waitFor({ state: "hidden" });
      await openModal();
      await modal().getByRole("button", { name: "Approve" }).click();
      await modal().locator(".field .wrong").first().waitFor();
    },
  ],
];

describe.each(["light", "dark"] as const)("in %s", (colorScheme) => {
  test.each([1280, 390])(
    "every state of the page passes axe-core's rules at %d px, and nothing is wider than the screen",
    async (width) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      await page.goto(slack.url);
      await messages().nth(2).waitFor();
      for (const [name, show] of states) {
        await show();
        expect([name, await violations()]).toEqual([name, []]);
        expect([name, await page.evaluate("document.documentElement.scrollWidth")]).toEqual([name, width]);
      }
      await page.keyboard.press("Escape");
      await modal().waitFor({ state: "hidden" });
    },
  );

  test("it is really that", async () => {
    await page.emulateMedia({ colorScheme });
    const [red = 0] = (await page.evaluate<string>("getComputedStyle(document.body).backgroundColor")).match(/\d+/g)?.map(Number) ?? [];
    expect(red > 128).toBe(colorScheme === "light");
  });
});

describe("with the keyboard alone", () => {
  test("a view is filled in, corrected and submitted; what was typed stays, and the focus is where it is needed", async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    tiny.submitted.length = 0;
    await openModal();
    expect(await focused()).toBe("field-reason");
    tiny.complaint = "say more";
    await page.keyboard.type("rack move");
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("Not now");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await modal().locator(".wrong", { hasText: "say more" }).waitFor();
    expect(await focused()).toBe("field-reason");
    expect(await page.locator("#field-reason").inputValue()).toBe("rack move");

    tiny.complaint = null;
    await page.keyboard.type("!");
    await page.keyboard.press("Enter");
    await modal().waitFor({ state: "hidden" });
    expect(tiny.submitted).toEqual([
      expect.objectContaining({
        values: {
          reason: { text: { type: "plain_text_input", value: "rack move!" } },
          until: { hours: { type: "static_select", selected_option: expect.objectContaining({ value: "4h" }) } },
        },
      }),
    ]);
  });

  test("Escape closes a view, and the app is told", async () => {
    const before = tiny.closed.length;
    await openModal();
    await page.keyboard.press("Escape");
    await modal().waitFor({ state: "hidden" });
    await until("the app was told", async () => tiny.closed.length > before);
  });

  test("a click that asks back is sent after a yes and only then; Enter and Escape alone are a no, and the focus comes back", async () => {
    tiny.clicked.length = 0;
    const approve = page.getByRole("button", { name: "Approve…" });
    for (const no of ["Escape", "Enter"]) {
      await approve.focus();
      await page.keyboard.press("Enter");
      await question().locator("h2", { hasText: "Approve c-7?" }).waitFor();
      expect(await focused()).toBe("Back");
      await page.keyboard.press(no);
      await question().waitFor({ state: "hidden" });
      expect(await focused()).toBe("Approve…");
    }
    await page.keyboard.press("Enter");
    expect(await question().innerText()).toContain("Cuts tcp/25 to internet for 3,118 VMs in 41 projects");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await until("the app got the click", async () => tiny.clicked.length > 0);
    expect(tiny.clicked).toEqual([{ user: "U0ALICE", value: "approve c-7" }]);
  });

  test("nothing that can be pressed is out of reach", async () => {
    await page.locator("#person").focus();
    const reached = new Set<string>();
    for (let i = 0; i < 40; i++) {
      reached.add(await page.evaluate<string>("(e => e.getAttribute('aria-label') || e.textContent)(document.activeElement)"));
      await page.keyboard.press("Tab");
    }
    for (const name of ["1 thing is broken", "Refresh", "Raw", "Download status.txt", "Reply in thread", "Send"])
      expect([...reached]).toContain(name);
  });
});

test("a file is attached with a button that names it and takes it away, and is sent with the message", async () => {
  const button = page.locator("#composer .attach");
  for (const name of ["wrong.yaml", "tier.yaml"]) {
    const coming = page.waitForEvent("filechooser");
    await button.focus();
    await page.keyboard.press("Enter");
    await (await coming).setFiles({ name, mimeType: "text/plain", buffer: Buffer.from("kind: Tier\n") });
    await page.getByRole("button", { name: `remove ${name}` }).waitFor();
    expect(await violations()).toEqual([]);
    if (name === "wrong.yaml") await page.keyboard.press("Enter");
  }
  await composer().fill("@calico apply --dry-run");
  await composer().press("Enter");
  await until("the app heard of it", () => tiny.heard.some(({ files }) => JSON.stringify(files ?? "").includes("tier.yaml")));

  await messages().locator("summary", { hasText: "tier.yaml (1 line)" }).waitFor();
  await until("nothing is attached any more", async () => (await button.innerText()) === "Attach");
});

test("a file is read on the page and downloaded as it is", async () => {
  const file = page.locator(".file", { hasText: "status.txt" });
  expect(await file.locator("summary").innerText()).toBe("status.txt (2 lines)");
  const coming = page.waitForEvent("download");
  await file.getByRole("link").click();
  const download = await coming;
  expect(download.suggestedFilename()).toBe("status.txt");
  expect(readFileSync(await download.path(), "utf8")).toBe("line 1\nline 2\n");
});

test("who is called stands there by name, people and groups", async () => {
  expect(await messages().filter({ hasText: "change c-7 waits" }).locator(".body").innerText()).toContain("@dave @net-oncall");
});
