import { webApi } from "@slack/bolt";
import type { Log } from "../log/log.js";
import { sdkLogger } from "./sdk-logger.js";
import { apiBase, type SlackSettings } from "./settings.js";

export type Client = webApi.WebClient;

/** A call that has not come back by then has failed. Ms; with the time in our own queue less than what dispatch gives a post. */
const callWithin = 8000;

/**
 * The Web API client of the bot. It never repeats a call by itself: a post that timed out may have been posted, and a 429 must hold up
 * one channel, not all of them. The lanes repeat what can be repeated.
 */
export function createClient(settings: Pick<SlackSettings, "apiUrl" | "botToken">, log: Log): Client {
  return new webApi.WebClient(settings.botToken.reveal(), {
    slackApiUrl: apiBase(settings),
    retryConfig: { retries: 0 },
    timeout: callWithin,
    rejectRateLimitedCalls: true,
    logger: sdkLogger(log),
  });
}

/** Slack's word for why it refused a call; null = it did not come to an answer. */
export function refusal(error: unknown): string | null {
  return error instanceof webApi.WebAPIPlatformError ? error.data.error : null;
}

/** How long Slack wants us to wait, ms; null = it did not say so. */
export function retryAfter(error: unknown): number | null {
  return error instanceof webApi.WebAPIRateLimitedError ? error.retryAfter * 1000 : null;
}

/** Whether the call surely did not reach Slack, so that making it again cannot do it twice. */
export function neverSent(error: unknown): boolean {
  if (!(error instanceof webApi.WebAPIRequestError)) return false;
  const codes = [error.original, error.original.cause].map((one) => (one as { code?: unknown } | undefined)?.code);
  return codes.some(
    (code) => code === "ECONNREFUSED" || code === "ENOTFOUND" || code === "EAI_AGAIN" || code === "UND_ERR_CONNECT_TIMEOUT",
  );
}
