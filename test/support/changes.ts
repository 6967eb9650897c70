import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Etcd3 } from "etcd3";
import type { CalicoObject } from "../../src/cluster/calicoctl.js";
import { type Actor, actorId } from "../../src/contract/actor.js";
import { type Approval, type ChangeState, type Emergency, type Freeze, News, type Order, type Vote } from "../../src/contract/change.js";
import { type Envelope, open, seal } from "../../src/contract/envelope.js";
import type { Job } from "../../src/contract/job.js";
import { changeDigest, changeIdOf, type Plan, type Step } from "../../src/contract/plan.js";
import { createLog } from "../../src/log/log.js";
import { storedForm } from "../../src/plan/stored-form.js";
import { isOurs } from "../../src/plan/whose.js";
import { type Changer, createChanger } from "../../workers/change/changer.js";
import type { ChangerDeps } from "../../workers/change/context.js";
import { connect } from "../../workers/etcd/client.js";
import { createEtcd, type EtcdReader } from "../../workers/etcd/etcd.js";
import { type Journal, openJournal } from "../../workers/journal/journal.js";
import { type Around, keyOf, writingCalicoctl } from "./calicoctl.js";
import { fakeCluster } from "./cluster.js";
import { type RealEtcd, startEtcd } from "./etcd.js";

/** A changer on a real etcd, with a journal of its own and everybody's keys. */

export const person = (user: string): Actor => ({ kind: "slack", team: "T1", user, bot: false, foreign: false });
export const [anna, ben, cleo] = [person("UANNA"), person("UBEN"), person("UCLEO")];

export interface Pair {
  publicKey: KeyObject;
  privateKey: KeyObject;
}

/** What a process on a site needs; it crosses to a child as JSON. */
export interface Ground {
  endpoint: string;
  folder: string;
  /** Private keys, PEM. */
  keys: Record<"bot" | "worker" | "stranger", string>;
}

export interface Joined {
  ground: Ground;
  client: Etcd3;
  reader: EtcdReader;
  keys: Record<"bot" | "worker" | "stranger", Pair>;
  folder: string;
  put(object: CalicoObject): Promise<number>;
  get(object: Pick<CalicoObject, "kind" | "metadata">): Promise<{ value: CalicoObject; revision: number } | null>;
  leave(): void;
}

export interface Site extends Joined {
  etcd: RealEtcd;
  end(): void;
}

export async function openSite(): Promise<Site> {
  const etcd = await startEtcd();
  const folder = mkdtempSync(join(tmpdir(), "journal-test-"));
  const pem = (): string => generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const joined = joinSite({ endpoint: etcd.endpoint, folder, keys: { bot: pem(), worker: pem(), stranger: pem() } });
  return {
    ...joined,
    etcd,
    end() {
      joined.leave();
      etcd.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function joinSite(ground: Ground): Joined {
  const { endpoint, folder, keys } = ground;
  const settings = { endpoints: [endpoint], ca: null, cert: null, key: null, username: null, password: null, timeout: 1000 };
  const client = connect(endpoint, settings);
  const reader = createEtcd(settings, createLog({ level: "silent" }));
  const pair = (pem: string): Pair => ({ privateKey: createPrivateKey(pem), publicKey: createPublicKey(pem) });
  return {
    ground,
    client,
    reader,
    keys: { bot: pair(keys.bot), worker: pair(keys.worker), stranger: pair(keys.stranger) },
    folder,
    async put(object) {
      const { header } = await client.put(keyOf(object)).value(JSON.stringify(storedOf(object)));
      return Number(header.revision);
    },
    async get(object) {
      const kv = (await client.get(keyOf(object)).exec()).kvs[0];
      return kv === undefined ? null : { value: JSON.parse(kv.value.toString()) as CalicoObject, revision: Number(kv.mod_revision) };
    },
    leave() {
      reader.close();
      client.close();
    },
  };
}

const storedOf = (object: CalicoObject): Readonly<Record<string, unknown>> =>
  storedForm({ kind: object.kind, namespace: object.metadata.namespace ?? null }, object as never);

/** A policy that drops mail, or what `spec` says. */
export const policy = (name: string, spec: Record<string, unknown> = { selector: "all()", types: ["Egress"] }): CalicoObject => ({
  apiVersion: "projectcalico.org/v3",
  kind: "GlobalNetworkPolicy",
  metadata: { name },
  spec,
});

/** The step that makes `after` out of what lies there (`before`, with its revision). */
export function stepOf(after: CalicoObject | null, before: { value: CalicoObject; revision: number } | null): Step {
  const object = after ?? before?.value;
  if (object === undefined) throw new Error("a step needs an object");
  return {
    kind: "object",
    action: before === null ? "create" : after === null ? "delete" : "update",
    subject: `${object.kind} ${object.metadata.name}`,
    key: keyOf(object),
    expect: before?.revision ?? null,
    document: JSON.stringify(object),
    after: after === null ? null : JSON.stringify(storedOf(after)),
    inverse: before === null ? null : JSON.stringify(before.value),
    diff: "",
  };
}

let number = 0;

export function planOf(steps: Step[], change: Partial<Plan> = {}): Plan {
  const job = `job-${process.pid}-${++number}`;
  const plan = {
    v: 1 as const,
    id: changeIdOf(job),
    revision: 1,
    cluster: "lab",
    line: "apply",
    requester: anna,
    steps,
    guards: [],
    severity: "medium" as const,
    because: [],
    terms: { approvers: 1, self: false, window: 60_000, ends: "revert" as const },
    traffic: null,
    origin: null,
    undoes: null,
    at: 1,
    worker: "w1",
    made: Date.now(),
    expires: Date.now() + 60_000,
    ...change,
  };
  return { ...plan, change: change.change ?? changeDigest(plan) };
}

export interface Sealed {
  key?: KeyObject;
  at?: number;
  id?: string;
  cluster?: string;
  actor?: string;
  ttl?: number;
}

/** What workers and bots sign. */
export function signer({ keys }: Pick<Joined, "keys">) {
  const sealed = (
    kind: Envelope["kind"],
    { payload, id, actor }: { payload: unknown; id: string; actor: string },
    key: KeyObject,
    how: Sealed,
  ) =>
    seal(
      { kind, id: how.id ?? id, cluster: how.cluster ?? "lab", actor: how.actor ?? actor, ttl: how.ttl ?? 60_000, payload },
      how.key ?? key,
      how.at,
    );
  const { bot, worker } = keys;
  return {
    plan: (plan: Plan, how: Sealed = {}) => sealed("plan", { payload: plan, id: plan.id, actor: "worker:w1" }, worker.privateKey, how),
    vote(plan: Plan, voter: Actor, { change = {}, ...how }: Sealed & { change?: Partial<Vote> } = {}): Envelope {
      const payload: Vote = {
        v: 1,
        change: plan.id,
        revision: plan.revision,
        digest: plan.change,
        voter,
        verdict: "approve",
        reason: null,
        at: Date.now(),
        ...change,
      };
      return sealed("vote", { payload, id: `vote-${++number}`, actor: actorId(voter) }, bot.privateKey, how);
    },
    emergency(plan: Plan, actor: Actor, { change = {}, ...how }: Sealed & { change?: Partial<Emergency> } = {}): Envelope {
      const of = { change: plan.id, revision: plan.revision, digest: plan.change };
      const payload: Emergency = { v: 1, ...of, actor, reason: "everything is down", at: Date.now(), ...change };
      return sealed("vote", { payload, id: `emergency-${++number}`, actor: actorId(actor) }, bot.privateKey, how);
    },
    order(change: string, want: Order["want"], { by = 0, ...how }: Sealed & { by?: number } = {}): Envelope {
      const id = `order-${++number}`;
      const payload: Order = { v: 1, id, change, want, by, actor: ben, at: Date.now() };
      return sealed("keep", { payload, id, actor: actorId(ben) }, bot.privateKey, how);
    },
    freeze(until: number, { at = Date.now(), ...how }: Sealed = {}): Envelope {
      const payload: Freeze = { v: 1, cluster: "lab", until, why: "the audit", actor: ben, at };
      return sealed("freeze", { payload, id: `freeze-${++number}`, actor: actorId(ben) }, bot.privateKey, { ...how, at });
    },
  };
}

export function jobOf(plan: Plan, approval: Approval): Job {
  return {
    v: 1,
    id: `run-${process.pid}-${++number}`,
    request: "r1",
    command: "apply",
    phase: "run",
    args: [],
    approval,
    cluster: plan.cluster,
    actor: anna,
    origin: { via: "button" },
    deadline: Date.now() + 60_000,
    replyTo: "outcomes",
  };
}

export interface Bench {
  changer: Changer;
  journal: Journal;
  calicoctl: ReturnType<typeof writingCalicoctl>;
  news: News[];
  /** Approved by `ben`, unless told otherwise. */
  run(plan: Plan, approval?: Partial<Approval>): Promise<void>;
  state(plan: Plan): ChangeState | undefined;
  /** Ends it in order. */
  close(): Promise<void>;
}

export type Bending = Partial<Omit<ChangerDeps, "journal">> & {
  name?: string;
  around?: Around;
  /** Puts something around the journal. */
  journal?: (journal: Journal) => Journal;
};

/** All times short. */
export const quick = { tick: 20, retry: 30, settle: 30, orphan: 30, inForce: 20, watch: 100, stopWithin: 2000 };

export async function openBench(site: Joined, { name = "lab-w1", around, journal: wrap, ...bent }: Bending = {}): Promise<Bench> {
  const opened = await openJournal({ folder: site.folder, name });
  const journal = wrap?.(opened) ?? opened;
  const calicoctl = writingCalicoctl(site.client, around);
  const news: News[] = [];
  const how = { kind: "notice" as const, cluster: "lab", keys: [site.keys.worker.publicKey] };
  const changer = createChanger({
    worker: "w1",
    cluster: { ...fakeCluster(), etcd: site.reader },
    etcd: site.reader,
    calicoctl,
    journal,
    signingKey: site.keys.worker.privateKey,
    workerKeys: [site.keys.worker.publicKey],
    botKeys: [site.keys.bot.publicKey],
    limits: { leastApprovers: { low: 0, medium: 1, high: 1 }, kinds: null },
    send: (envelope) => Promise.resolve(void news.push(open(envelope, News, how).value)),
    isOurs,
    log: createLog({ level: "silent" }),
    timing: quick,
    ...bent,
  });
  changer.start();
  const sign = signer(site);
  return {
    changer,
    journal,
    calicoctl,
    news,
    run(plan, approval = {}) {
      const whole: Approval = { plan: sign.plan(plan), votes: [sign.vote(plan, ben)], emergency: null, ...approval };
      return changer.run(jobOf(plan, whole), whole);
    },
    state: ({ id }) => news.findLast(({ change }) => change === id)?.state,
    async close() {
      await changer.stop();
      await journal.close();
    },
  };
}
