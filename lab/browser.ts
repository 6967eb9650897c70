import { type BrowserContext, chromium } from "playwright-core";

const program = "/usr/bin/chromium";

/** Debian's Chromium without a window, its profile in a folder of its own, calling nobody by itself. Nothing is downloaded. */
export async function openBrowser(profile: string): Promise<BrowserContext> {
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: program,
    headless: true,
    viewport: { width: 1280, height: 800 },
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  browser.setDefaultTimeout(15_000);
  return browser;
}
