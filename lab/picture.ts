import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { openBrowser } from "./browser.js";
import { raiseShow } from "./demo/show.js";
import { faultNamed } from "./faults/faults.js";
import { tearDown } from "./hosts/state.js";
import { plainSite } from "./options.js";

/** `npm run picture [URL]`: docs/page.png, the page with one fault, from a running demo or from a show raised for it. */
const fault = faultNamed("rr-stopped");
const file = join(import.meta.dirname, "../docs/page.png");
/** Bytes that a page of documentation may cost its readers. */
const most = 250 * 1024;

async function take(url: string): Promise<void> {
  const profile = mkdtempSync(join(tmpdir(), "picture-"));
  const browser = await openBrowser(profile);
  try {
    const page = browser.pages()[0] ?? (await browser.newPage());
    await page.goto(url);
    await page.getByText("bot connected", { exact: true }).waitFor();
    await page.locator("#show-faults").click();
    await page.getByRole("button", { name: `Break: ${fault.title}` }).click();
    await page.getByRole("button", { name: `Heal: ${fault.title}` }).waitFor();
    await ask(page);
    await page.screenshot({ path: file });
    await page.getByRole("button", { name: `Heal: ${fault.title}` }).click();
    await page.getByRole("button", { name: `Break: ${fault.title}` }).waitFor({ timeout: 60_000 });
  } finally {
    await browser.close();
    rmSync(profile, { recursive: true, force: true });
  }
  const { size } = statSync(file);
  if (size > most) throw new Error(`${file} has ${size} bytes, over ${most}`);
  process.stdout.write(`${file}: ${Math.round(size / 1024)} KiB\n`);
}

async function ask(page: Page): Promise<void> {
  await page.locator("#composer input").fill("/calico status");
  await page.keyboard.press("Enter");
  await page.locator("#messages .message").last().filter({ hasText: fault.expect.firstLine }).waitFor();
}

async function ownShow(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "picture-lab-"));
  try {
    const show = await raiseShow({ dir, port: 0, size: plainSite, say: (text) => void process.stdout.write(`${text}\n`) });
    await take(show.url).finally(() => show.close());
  } finally {
    await tearDown(dir);
  }
}

const [url] = process.argv.slice(2);
await (url === undefined ? ownShow() : take(url));
process.exit();
