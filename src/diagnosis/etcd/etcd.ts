import { z } from "zod";
import { type Answer, answer } from "../../cluster/ask.js";
import type { Cluster } from "../../cluster/cluster.js";
import { certificates } from "../checks/certificates.js";
import { etcd as checkEtcd } from "../checks/etcd.js";
import { Finding, sorted } from "../finding.js";
import { type Gathering, gatherBirds } from "../gather.js";
import { type Compaction, checkCompaction, compactionKeys, compactionOf } from "./compaction.js";
import { checkMembers, reclaimable } from "./members.js";

const MemberRow = z.object({
  endpoint: z.string(),
  healthy: z.boolean(),
  error: z.string().nullable(),
  version: z.string().nullable(),
  leader: z.boolean().nullable(),
  dbSize: z.number().nullable(),
  inUse: z.number().nullable(),
  ms: z.number().nullable(),
});

/** How etcd is doing, member by member. */
export const EtcdAnswer = z.object({
  cluster: z.string(),
  at: z.number(),
  /** Null = nothing could be read. */
  revision: z.number().nullable(),
  members: z.array(MemberRow),
  alarms: z.array(z.string()),
  quota: z.number(),
  compaction: z.object({ last: z.number().nullable(), armed: z.boolean(), behind: z.number().nullable() }).nullable(),
  /** Revisions a minute, from two looks; null = not measured. */
  rate: z.number().nullable(),
  certificates: z.array(z.object({ what: z.string(), subject: z.string(), notAfter: z.number().nullable(), seen: z.number().optional() })),
  reclaimable: z.string().nullable(),
  findings: z.array(Finding),
});
export type EtcdAnswer = z.infer<typeof EtcdAnswer>;

/** Asks every endpoint about itself, and looks at the revision twice. */
export async function etcdAnswer(cluster: Cluster, how: Gathering, apart: number): Promise<EtcdAnswer> {
  const at = how.now();
  const [health, writes, nothing] = await Promise.all([
    cluster.etcd.health(how.ask),
    watchWrites(cluster, how, apart),
    gatherBirds({ ...cluster, hosts: [] }, how),
  ]);
  const facts = { ...nothing, etcd: health };
  const members = health.ok ? health.value.members : [];
  const found = [
    ...checkEtcd(facts),
    ...certificates(facts),
    ...(health.ok ? checkMembers(health.value) : []),
    ...(writes.ok ? checkCompaction(writes.value.compaction) : []),
  ];
  return {
    cluster: cluster.name,
    at,
    revision: writes.ok ? writes.value.revision : null,
    members: members.map(({ endpoint, healthy, error, version, leader, dbSize, inUse, ms }) => ({
      ...{ endpoint, healthy, error, version, leader },
      ...{ dbSize, inUse, ms },
    })),
    alarms: health.ok ? health.value.alarms.map(({ alarm, member }) => `${alarm} on ${member}`) : [],
    quota: cluster.thresholds.etcdQuota,
    compaction: writes.ok ? writes.value.compaction : null,
    rate: writes.ok ? writes.value.rate : null,
    certificates: health.ok
      ? health.value.certificates.map(({ what, subject, notAfter, seen }) => ({ what, subject, notAfter, seen }))
      : [],
    reclaimable: reclaimable(members),
    findings: sorted(found),
  };
}

interface Writes {
  revision: number;
  compaction: Compaction;
  rate: number | null;
}

/** Two reads this many ms apart; the second one only counts writes and may fail. */
async function watchWrites({ etcd }: Cluster, { ask }: Gathering, apart: number): Promise<Answer<Writes>> {
  const first = await etcd.read(compactionKeys, ask);
  if (!first.ok) return first;
  await pause(apart, ask.signal);
  const second = await etcd.read(compactionKeys, ask);
  return answer(ask, async () => {
    const { revision } = first.value;
    const ms = second.ok ? second.value.at - first.value.at : 0;
    const rate = second.ok && ms > 0 ? ((second.value.revision - revision) * 60_000) / ms : null;
    return { revision, compaction: compactionOf(first.value), rate };
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
