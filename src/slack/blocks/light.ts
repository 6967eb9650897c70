import type { Light } from "../../contract/view.js";

/** How lights look in Slack. */
export const emoji: Readonly<Record<Light, string>> = {
  bad: ":red_circle:",
  warn: ":large_yellow_circle:",
  ok: ":large_green_circle:",
  unknown: ":white_circle:",
  info: ":information_source:",
};
