import { loadConfig } from "./config/load.js";
import { version } from "./config/version.js";
import { fail } from "./contract/failure.js";
import { botMeter } from "./health/bot-meter.js";
import { openHealth } from "./health/server.js";
import { lastWords } from "./log/last-words.js";
import { createLog } from "./log/log.js";
import { untilSignal } from "./log/until-signal.js";
import { openOffice } from "./office.js";
import { pngOf } from "./picture/png.js";
import { serviceWait } from "./redis/connect.js";
import { createSlackApp } from "./slack/app.js";
import { createClient } from "./slack/client.js";
import { createDeliver } from "./slack/deliver.js";
import { renderText } from "./text/render.js";

/** How often old audit entries are looked for, ms. */
const tidyEvery = 10 * 60_000;

/** `calico-chatops bot`: serves Slack until it is told to stop. */
export async function serveBot(file: string): Promise<void> {
  const config = await loadConfig({ file, role: "bot" });
  const settings = config.bot?.slack;
  if (!settings)
    throw fail("not_found", "the configuration has no `bot.slack:` section", { hint: "the bot needs the workspace's id and tokens" });
  const log = createLog({ level: config.log.level }).child({ process: "bot" });
  lastWords(log);
  const office = await openOffice(config, log, serviceWait);
  const client = createClient(settings, log);
  const asText = (view: Parameters<typeof renderText>[0]): string => renderText(view, { color: false, width: 200 });
  const deliver = createDeliver({ client, settings, log, asText, draw: pngOf });
  const dispatch = office.open(deliver, null);
  const app = createSlackApp({ settings, client, dispatch, deliver, log });
  const meter = botMeter();
  office.onEvent(meter.event);
  const ready = { redis: office.reachable, slack: app.connected };
  const health = await openHealth(config.bot?.health ?? null, { registry: meter.registry, ready, log });
  await dispatch.start();
  await app.start();
  if (config.state === null)
    log.warn({}, "no `state:` folder: the audit head is kept in this log only, and old entries are dropped unarchived");
  const tidy = (): void => void office.tidy().catch((err: unknown) => log.warn({ err }, "old audit entries were not put away"));
  const tidying = setInterval(tidy, tidyEvery);
  log.info({ version, clusters: config.clusters.map(({ name }) => name) }, "the bot serves slack");
  await untilSignal(log);
  clearInterval(tidying);
  await health.close();
  await app.stop();
  await dispatch.stop();
  await office.close();
}
