import { createPublicKey } from "node:crypto";
import { lookup } from "node:dns/promises";
import { networkInterfaces } from "node:os";
import { toolsOf } from "../workers/tools.js";
import { userGroupsOf } from "./access/user-groups.js";
import type { Ask } from "./cluster/ask.js";
import { fingerprintOf } from "./config/keys.js";
import { loadConfig } from "./config/load.js";
import { ConfigError } from "./config/problem.js";
import type { ClusterConfig, Config } from "./config/valid.js";
import { toFailure } from "./contract/failure.js";
import { type View, view, worst } from "./contract/view.js";
import { bad, type Check, failed, good, warn } from "./doctor/check.js";
import { calicoctlChecks, certificateChecks, etcdChecks, hostChecks, openstackChecks } from "./doctor/cluster-checks.js";
import { ownKeyCheck, publicFingerprint, workerChecks } from "./doctor/keys.js";
import { placement, type Standing, type VmRange, vmRangeKeys, vmRanges } from "./doctor/placement.js";
import { redisChecks } from "./doctor/redis-check.js";
import { createLog, type Log } from "./log/log.js";
import { createClusterQueue } from "./queue/cluster-queue.js";
import { openRedis, type RedisLinks } from "./redis/connect.js";
import { probeTokens } from "./slack/probe.js";
import { renderText } from "./text/render.js";

/** All of a cluster's tools together get this long, ms; each has its own, shorter deadline. */
const clusterWithin = 20_000;

/** `calico-chatops doctor`: looks at everything that this machine's configuration needs. Resolves to the exit code: 1 when something is red. */
export async function doctor(file: string, { json }: { json: boolean }): Promise<number> {
  const checks = await examine(file);
  const width = process.stdout.columns ?? 120;
  process.stdout.write(json ? `${JSON.stringify(checks)}\n` : renderText(page(checks), { color: process.stdout.isTTY, width }));
  return checks.some(({ light }) => light === "bad") ? 1 : 0;
}

function page(checks: readonly Check[]): View {
  const count = (light: Check["light"]): number => checks.filter((check) => check.light === light).length;
  const text = count("bad") > 0 ? `${count("bad")} of ${checks.length} checks are red` : `${checks.length} checks, none red`;
  const card = view(worst(checks.map(({ light }) => light)), text, count("warn") > 0 ? `${count("warn")} worth a look` : undefined);
  const lines = checks.map(({ what, light, text: said, fix }) => ({
    light,
    text: `${what}: ${said}`,
    ...(fix === undefined ? {} : { detail: [fix] }),
  }));
  card.sections.push({ kind: "lines", lines: lines.toSorted((a, b) => rank(a.light) - rank(b.light)) });
  return card;
}

const rank = (light: Check["light"]): number => ["bad", "warn", "unknown", "info", "ok"].indexOf(light);

/** Every check that the sections of the configuration call for. */
export async function examine(file: string): Promise<Check[]> {
  let config: Config;
  try {
    config = await loadConfig({ file, role: "check" });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, line, message, hint }) =>
      bad(`config${line > 0 ? ` line ${line}` : ""}`, `${path === "" ? "" : `${path}: `}${message}`, hint ?? "see examples/config.yaml"),
    );
  }
  const log = createLog({ level: "silent" });
  const text = `${config.clusters.length} clusters, ${config.clusters.flatMap(({ hosts }) => hosts).length} hosts`;
  const parts = await Promise.all([
    withRedis(config, log),
    withSlack(config, log),
    ...config.clusters.map((cluster) => clusterSide(cluster, config, log)),
  ]);
  return [good("config", text), stateCheck(config), ...parts.flat()];
}

async function withSlack({ bot, access }: Config, log: Log): Promise<Check[]> {
  return bot?.slack ? (await probeTokens(bot.slack, userGroupsOf(access), log)).map(tokenCheck) : [];
}

function stateCheck({ state }: Config): Check {
  if (state !== null) return good("state folder", state);
  return warn(
    "state folder",
    "none: audit heads are not kept, so a cut audit record may go unseen",
    "add `state: /var/lib/calico-chatops`",
  );
}

const tokenCheck = ({ what, text, fix }: { what: string; text: string; fix: string | null }): Check =>
  fix === null ? good(what, text) : bad(what, text, fix);

/** What Redis is like and, on a bot's machine, what the workers say in it. */
async function withRedis(config: Config, log: Log): Promise<Check[]> {
  let links: RedisLinks;
  try {
    links = await openRedis(config.redis, log, 3000);
  } catch (error) {
    return [failed("redis", toFailure(error))];
  }
  try {
    const own = await redisChecks(links);
    const workers =
      config.bot === null ? [] : await Promise.all(config.clusters.map((cluster) => beatsOf(config, cluster, { links, log })));
    return [...own, ...workers.flat()];
  } finally {
    await links.close();
  }
}

async function beatsOf(
  { bot }: Config,
  { name, workerKeys, botKeys }: ClusterConfig,
  { links, log }: { links: RedisLinks; log: Log },
): Promise<Check[]> {
  if (bot === null) return [];
  const own = publicFingerprint(bot.signingKey.reveal());
  const key = ownKeyCheck(`bot key in ${name}`, own, botKeys.map(fingerprintOf), `botKeys of ${name}`);
  const queue = createClusterQueue(links, name, log);
  try {
    const how = { keys: workerKeys.map((pem) => createPublicKey(pem)), own, now: Date.now() };
    return [key, ...workerChecks(name, await queue.beats(), how)];
  } catch (error) {
    return [key, failed(`workers of ${name}`, toFailure(error))];
  } finally {
    await queue.close();
  }
}

/** On a worker's machine: everything that its credentials open. Everywhere: whether the watchman stands on what he watches. */
async function clusterSide(cluster: ClusterConfig, config: Config, log: Log): Promise<Check[]> {
  const standing = await standings(config);
  const { worker } = cluster;
  if (worker === null) return standing.map((one) => placement(cluster.name, one, { hosts: cluster.hosts, ranges: [] }));
  const tools = toolsOf(cluster, worker, log);
  const ask: Ask = { signal: AbortSignal.timeout(clusterWithin), request: "doctor", note: () => {} };
  const own = publicFingerprint(worker.signingKey.reveal());
  const { ca, cert } = worker.etcd;
  const pems = [
    ...(cert === null ? [] : [{ what: "etcd client certificate", pem: cert }]),
    ...(ca === null ? [] : [{ what: "etcd CA certificate", pem: ca }]),
  ];
  const part = (what: string, work: Promise<Check[]>): Promise<Check[]> => work.catch((error: unknown) => [failed(what, toFailure(error))]);
  try {
    const found = await Promise.all([
      part("ssh", hostChecks(tools.cluster, ask)),
      part("etcd", etcdChecks(tools.cluster, ask)),
      part("openstack", openstackChecks(tools.cluster, ask)),
      part("calicoctl", calicoctlChecks(tools.cluster, ask)),
      part(
        "placement",
        rangesOf(tools.cluster, ask).then((ranges) =>
          standing.map((one) => placement(cluster.name, one, { hosts: cluster.hosts, ranges })),
        ),
      ),
    ]);
    const keys = ownKeyCheck("worker key", own, cluster.workerKeys.map(fingerprintOf), `workerKeys of ${cluster.name}`);
    return [keys, ...certificateChecks(pems, Date.now()), ...found.flat()];
  } finally {
    tools.close();
  }
}

async function rangesOf({ etcd, region }: ReturnType<typeof toolsOf>["cluster"], ask: Ask): Promise<VmRange[]> {
  const answer = await etcd.read(vmRangeKeys(region), ask);
  return answer.ok ? vmRanges(answer.value) : [];
}

/** Redis by its name, and this machine if a bot runs on it. */
async function standings({ redis, bot }: Config): Promise<Standing[]> {
  const host = /^rediss?:/.test(redis.url) ? new URL(redis.url).hostname.replace(/^\[|\]$/g, "") : null;
  const found = host === null ? [] : (await lookup(host, { all: true }).catch(() => [])).map(({ address }) => address);
  const here = Object.values(networkInterfaces()).flatMap((each) =>
    (each ?? []).filter(({ internal }) => !internal).map(({ address }) => address),
  );
  // What Redis has on loopback, or on a socket, it has on this machine.
  const local = host === null || found.some((address) => address === "::1" || address.startsWith("127."));
  const there = { who: "redis", addresses: local ? here : found };
  return bot === null ? [there] : [{ who: "the bot", addresses: here }, there];
}
