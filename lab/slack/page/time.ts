import { element } from "./element.js";

const clock: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };

/** A message's time of day and how long ago that is, or the latter only; it grows while the page is open. */
export function timeOf(ts: string, form: "full" | "ago" = "full"): HTMLElement {
  const at = new Date(Number(ts) * 1000);
  const made = element("time");
  made.dataset["form"] = form;
  made.dateTime = at.toISOString();
  made.title = at.toLocaleString();
  write(made);
  return made;
}

/** How long ago, in one unit. */
function since(at: Date): string {
  const seconds = Math.max(0, Math.round((Date.now() - at.getTime()) / 1000));
  if (seconds < 10) return "just now";
  if (seconds < 90) return `${seconds} s ago`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min ago` : `${Math.round(seconds / 3600)} h ago`;
}

function write(time: HTMLTimeElement): void {
  const at = new Date(time.dateTime);
  const text = time.dataset["form"] === "ago" ? since(at) : `${at.toLocaleTimeString([], clock)} · ${since(at)}`;
  if (time.textContent !== text) time.textContent = text;
}

/** Keeps every time on the page true. */
export function startClock(): void {
  setInterval(() => document.querySelectorAll("time").forEach(write), 10_000);
}
