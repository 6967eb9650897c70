import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { z } from "zod";
import approvals from "../../commands/approvals.js";
import approve from "../../commands/approve.js";
import freeze from "../../commands/freeze.js";
import keep from "../../commands/keep.js";
import reject from "../../commands/reject.js";
import revert from "../../commands/revert.js";
import unfreeze from "../../commands/unfreeze.js";
import withdraw from "../../commands/withdraw.js";
import { createAudit } from "../../src/audit/append.js";
import { recentEntries } from "../../src/audit/recent.js";
import type { Cluster } from "../../src/cluster/cluster.js";
import { type Command, onBot, onChange, onWorker } from "../../src/command/define.js";
import type { Standing } from "../../src/command/desk.js";
import type { Actor } from "../../src/contract/actor.js";
import { fail } from "../../src/contract/failure.js";
import { type View, view } from "../../src/contract/view.js";
import type { AccessAnswer, AccessAsk, DispatchDeps } from "../../src/dispatch/deps.js";
import { createDispatch, type RunningDispatch } from "../../src/dispatch/dispatch.js";
import type { Deliver, Mark, Place, Posted, Request } from "../../src/dispatch/ports.js";
import { createClusterQueue } from "../../src/queue/cluster-queue.js";
import { createChain } from "../../src/redis/chain.js";
import type { RedisLinks } from "../../src/redis/connect.js";
import { createStore } from "../../src/redis/store.js";
import { createExecutor, type Executor, type ExecutorDeps } from "../../workers/execute/executor.js";
import { quiet, startRedis, type TestRedis } from "./redis-server.js";

/** The whole way of a request in one process: bots, a real Redis, workers; only Slack is a notebook. */
export const ops: Actor = { kind: "slack", team: "T1", user: "U1", bot: false, foreign: false };
export const other: Actor = { kind: "slack", team: "T1", user: "U2", bot: false, foreign: false };

export interface Message {
  place: Place;
  view: View;
  mark: Mark;
  onlyFor: boolean;
  /** Every state that it was in, oldest first. */
  history: View[];
}

/** A Deliver that writes down; `broken` makes posting fail, `editable: false` is a place like an ephemeral message. */
export function notebook(): Deliver & { messages: Map<string, Message>; broken: boolean; editable: boolean; delay: number } {
  const messages = new Map<string, Message>();
  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  return {
    messages,
    broken: false,
    editable: true,
    delay: 0,
    async post(place, card, mark, { onlyFor }): Promise<Posted | null> {
      await pause(this.delay);
      if (this.broken) throw new Error("slack is down");
      const ts = String(messages.size + 1);
      messages.set(ts, { place, view: card, mark, onlyFor, history: [card] });
      return this.editable ? { channel: "C1", ts } : null;
    },
    async update(_place, { ts }, card, mark) {
      await pause(this.delay);
      if (this.broken) throw new Error("slack is down");
      const message = messages.get(ts);
      if (message === undefined) throw new Error("message_not_found");
      Object.assign(message, { view: card, mark });
      message.history.push(card);
    },
    async find(_place, request) {
      const found = [...messages].find(([, message]) => message.mark.request === request);
      return Promise.resolve(found === undefined ? null : { channel: "C1", ts: found[0] });
    },
  };
}

/** Commands that do what a test tells them by their argument. */
export interface Doing {
  runs: { cluster: string; worker: string; args: unknown }[];
  aborted: string[];
}

export function tinyCommands(doing: Doing, worker = "bot"): ReadonlyMap<string, Command> {
  const ping = onWorker({
    summary: "answers",
    examples: ["ping"],
    args: z.object({
      what: z.string().optional().meta({ positional: 0 }),
      ms: z.coerce.number().optional(),
    }),
    risk: "read",
    role: "viewer",
    timeout: 3000,
    phases: ["asking hosts"],
    everywhere: true,
    result: z.object({ said: z.string(), light: z.enum(["ok", "bad"]) }),
    async run(cluster, args, work) {
      doing.runs.push({ cluster: cluster.name, worker, args });
      work.note({ where: "h1", what: "echo --password=hunter2secret", exit: 0, ms: 1, bytes: 3, output: "OS_PASSWORD=hunter2secret ok" });
      if (args.what === "boom") throw new Error("inner text with hunter2secret");
      if (args.what === "gone") throw fail("unreachable", "h1 does not answer");
      if (args.what === "shape") return { said: 1 } as never;
      for (let done = 0; done <= 4 && args.what === "slow"; done++) {
        work.progress(0, done, 4);
        await wait(100, work.signal);
      }
      if (args.what === "deaf") await new Promise((resolve) => setTimeout(resolve, 60_000).unref());
      if (args.ms !== undefined)
        await wait(args.ms, work.signal).catch((error: unknown) => Promise.reject((doing.aborted.push(cluster.name), error)));
      return { said: `pong from ${cluster.name}`, light: cluster.name === "eu2" ? ("bad" as const) : ("ok" as const) };
    },
    render: (result: { said: string; light: "ok" | "bad" }, seen) => ({
      ...view(result.light, `${seen.cluster}: ${result.said}`),
      again: seen.line,
    }),
  });
  const who = onBot({
    summary: "who",
    examples: ["who"],
    args: z.object({}),
    risk: "read",
    role: "viewer",
    open: true,
    run: async (desk, _args, { actor, channel }) => view("info", `you are ${(await desk.whoami(actor, channel)).id}`),
  });
  const raw = onBot({
    summary: "raw",
    examples: ["raw 12345678-1"],
    args: z.object({ job: z.string().meta({ positional: 0 }) }),
    risk: "read",
    role: "operator",
    async run(desk, args) {
      const kept = await desk.evidence(args.job);
      if (kept === null) throw fail("not_found", "nothing is kept");
      return view("info", JSON.stringify(kept));
    },
  });
  const clusters = onBot({
    summary: "clusters",
    examples: ["clusters"],
    args: z.object({}),
    risk: "read",
    role: "viewer",
    run: async (desk) => view("info", JSON.stringify(await desk.clusters())),
  });
  const seek = onWorker({
    summary: "looks for a name: `eu1` is in that cluster, `both` in all, `half` in eu1 while the others cannot tell",
    examples: ["seek eu1"],
    args: z.object({ what: z.string().optional().meta({ positional: 0 }) }),
    risk: "read",
    role: "viewer",
    timeout: 3000,
    phases: ["looking"],
    result: z.object({ where: z.string() }),
    search: { names: ({ what }) => what !== undefined, found: () => true },
    async run(cluster, { what }) {
      if (what === cluster.name || what === "both" || (what === "half" && cluster.name === "eu1")) return { where: cluster.name };
      if (what === "twice" && cluster.name === "eu2") throw fail("ambiguous", "two VMs are called twice");
      throw what === "half" ? fail("unreachable", "etcd does not answer") : fail("not_found", `nothing in ${cluster.name} is \`${what}\``);
    },
    render: ({ where }, seen) => ({
      ...view("ok", `it is a VM of ${where}`),
      actions: [
        { label: "Refresh", line: seen.line },
        { label: "Policies", line: "policies 10.0.0.1" },
        { label: "Raw", line: `raw ${seen.job}` },
      ],
      again: seen.line,
    }),
  });
  const change = onChange({
    summary: "a change",
    examples: ["change"],
    args: z.object({}),
    role: "operator",
    timeout: 1000,
    phases: [],
    plan: () => Promise.reject(void doing.runs.push({ cluster: "changed", worker, args: null })),
    render: ({ steps }) => view("warn", `cuts tcp/25 for ${steps.length} group`),
  });
  const host = onWorker({
    summary: "about a host",
    examples: ["host compute1"],
    args: z.object({ name: z.string().meta({ positional: 0 }) }),
    risk: "read",
    role: "viewer",
    timeout: 3000,
    phases: ["asking the host"],
    result: z.object({ name: z.string() }),
    run: (_cluster, { name }) => Promise.resolve({ name }),
    render: ({ name }, { cluster, line }) => ({
      ...view("ok", `${name} of ${cluster}`),
      actions: [
        { label: "Again", line },
        { label: "All", line: "ping" },
      ],
      again: line,
    }),
  });
  return new Map([
    ["host", host],
    ["ping", ping],
    ["who", who],
    ["raw", raw],
    ["clusters", clusters],
    ["change", change],
    ["approve", approve],
    ["reject", reject],
    ["withdraw", withdraw],
    ["keep", keep],
    ["revert", revert],
    ["freeze", freeze],
    ["unfreeze", unfreeze],
    ["approvals", approvals],
    ["seek", seek],
  ]);
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new DOMException("stopped", "AbortError"));
    });
  });
}

export interface Keys {
  bot: { publicKey: KeyObject; privateKey: KeyObject };
  worker: { publicKey: KeyObject; privateKey: KeyObject };
  stranger: { publicKey: KeyObject; privateKey: KeyObject };
}

export interface Way {
  redis: TestRedis;
  keys: Keys;
  doing: Doing;
  /** Who may: a role or null, by user. */
  roles: Record<string, "viewer" | "operator" | "approver" | null>;
  detail: "full" | "counts";
  /** Clusters that answer in the channel; null = all. */
  answering: readonly string[] | null;
  /** Hosts of each cluster; by default the same one everywhere. */
  hosts: Record<string, { name: string; address: string }[]>;
  bot(change?: Partial<DispatchDeps>): Promise<Bot>;
  worker(cluster: string, id: string, change?: Partial<ExecutorDeps>): Promise<RunningWorker>;
  request(text: string, change?: Partial<Request>): Request;
  end(): Promise<void>;
}

export interface Bot {
  dispatch: RunningDispatch;
  notes: ReturnType<typeof notebook>;
  links: RedisLinks;
}
export interface RunningWorker {
  executor: Executor;
  links: RedisLinks;
}

export async function openWay(clusterNames: readonly string[] = ["eu1"]): Promise<Way> {
  const redis = await startRedis();
  const keys: Keys = {
    bot: generateKeyPairSync("ed25519"),
    worker: generateKeyPairSync("ed25519"),
    stranger: generateKeyPairSync("ed25519"),
  };
  const doing: Doing = { runs: [], aborted: [] };
  const ends: (() => Promise<void>)[] = [];
  let number = 0;
  const way: Way = {
    redis,
    keys,
    doing,
    roles: { U1: "operator", U2: "viewer" },
    detail: "full",
    answering: null,
    hosts: {},
    async bot(change = {}) {
      const links = await redis.links();
      const notes = notebook();
      const clusters = clusterNames.map((name) => ({
        name,
        hosts: way.hosts[name] ?? [{ name: "compute1", address: "10.0.0.1" }],
        workerKeys: [keys.worker.publicKey],
        queue: createClusterQueue(links, name, quiet),
      }));
      const dispatch = createDispatch({
        clusters,
        commands: tinyCommands(doing),
        authorise: (question) => authorise(way, question),
        standing: (actor) => standing(way, actor, clusterNames),
        signingKey: keys.bot.privateKey,
        state: createStore(links, "_bot"),
        approvers: () => ["U3"],
        recorded: (wanted) => recentEntries({ chain: createChain(links, "_bot", "audit"), keys: [keys.bot.publicKey] }, wanted),
        audit: createAudit({ chain: createChain(links, "_bot", "audit"), key: keys.bot.privateKey, log: quiet }),
        deliver: notes,
        log: quiet,
        timing: { progressEvery: 100, watchEvery: 100, watchAfter: 100, grace: 300, queueing: 1000 },
        ...change,
      });
      await dispatch.start();
      ends.push(() => dispatch.stop());
      return { dispatch, notes, links };
    },
    async worker(cluster, id, change = {}) {
      const links = await redis.links();
      const queue = createClusterQueue(links, cluster, quiet);
      const executor = createExecutor({
        worker: id,
        version: "0.0.1",
        cluster: { name: cluster } as Cluster,
        commands: tinyCommands(doing, id),
        queue,
        signingKey: keys.worker.privateKey,
        botKeys: [keys.bot.publicKey],
        concurrency: 5,
        log: quiet,
        timing: { progressEvery: 50, grace: 300, stopWithin: 1500 },
        ...change,
      });
      await executor.start();
      ends.push(() => executor.stop());
      await until(async () => (await queue.beats()).length > 0);
      return { executor, links };
    },
    request: (text, change = {}) => ({
      id: `request-${++number}`,
      actor: ops,
      via: "slash",
      text,
      place: { kind: "slack", channel: "C1", thread: null, user: "U1", responseUrl: null, replaces: null },
      ...change,
    }),
    async end() {
      redis.thaw();
      await Promise.allSettled(ends.map((close) => close()));
      await redis.stop();
    },
  };
  return way;
}

function authorise(way: Way, { actor, role: needed, open, cluster }: AccessAsk): AccessAnswer {
  if (cluster !== null && way.answering?.includes(cluster) === false)
    return { ok: false, failure: { code: "denied", message: `cluster ${cluster} does not answer in this channel` }, onlyFor: true };
  const role = actor.kind === "slack" ? way.roles[actor.user] : "operator";
  const stranger = actor.kind === "slack" && actor.foreign;
  const ladder = ["viewer", "operator", "approver"];
  if ((open && !stranger) || (role && ladder.indexOf(role) >= ladder.indexOf(needed))) return { ok: true, detail: way.detail };
  return { ok: false, failure: { code: "denied", message: `role ${needed} is needed` }, onlyFor: true };
}

function standing(way: Way, actor: Actor, clusters: readonly string[]): Standing {
  const user = actor.kind === "slack" ? actor.user : "local";
  const role = way.roles[user] ?? null;
  const stranger = actor.kind === "slack" && actor.foreign;
  return {
    id: user,
    name: null,
    roles: role === null ? [] : [role],
    clusters: [...(way.answering ?? clusters)],
    channel: null,
    detail: stranger ? "none" : way.detail,
    refusal: stranger ? "people of other workspaces are not served" : null,
  };
}

/** Submits and announces, as every entry does. */
export async function ask(bot: Bot, request: Request): ReturnType<RunningDispatch["submit"]> {
  const submitted = await bot.dispatch.submit(request);
  await bot.dispatch.announce(submitted);
  return submitted;
}

/** Waits until something holds; fails loudly when it does not come. */
export async function until(holds: () => boolean | Promise<boolean>, within = 8000): Promise<void> {
  const end = Date.now() + within;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`it did not happen within ${within} ms: ${holds.toString().slice(0, 200)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The finished message of a request; waits for it. */
export async function answerOf(bot: Bot, request: Request, within?: number): Promise<Message> {
  const of = (): Message | undefined =>
    [...bot.notes.messages.values()].find((message) => message.mark.request === request.id && message.mark.state === "answered");
  await until(() => of() !== undefined, within);
  return of() as Message;
}
