import { type Ask, answer } from "../../src/cluster/ask.js";
import type { Certificate, Etcd, EtcdHealth, Range, Snapshot } from "../../src/cluster/etcd.js";
import type { EtcdConfig } from "../../src/config/valid.js";
import { type FailureError, fail } from "../../src/contract/failure.js";
import type { Log } from "../../src/log/log.js";
import { createCertificates } from "./certificates.js";
import { connect } from "./client.js";
import { explain, isCompacted } from "./explain.js";
import { alarmsOf, type Member, memberHealth, membersOf } from "./health.js";
import { readAt } from "./read.js";

/** etcd as a worker sees it; close() ends its connections. */
export interface EtcdReader extends Etcd {
  close(): void;
}

/** Reads over every endpoint of the config: health from each, data from the first that answers. */
export function createEtcd(config: EtcdConfig, log: Log): EtcdReader {
  const members = config.endpoints.map((endpoint): Member => ({ endpoint, client: connect(endpoint, config) }));
  const certificates = createCertificates(config);
  return {
    health: (ask) => answer(ask, () => stoppable(ask, health({ members, config, certificates }, ask))),
    read: (ranges, ask) => answer(ask, () => stoppable(ask, readAny({ members, config, log }, ranges, ask))),
    close() {
      for (const { client } of members) client.close();
    },
  };
}

interface Asked {
  members: readonly Member[];
  config: EtcdConfig;
  certificates(): Promise<Certificate[]>;
}

async function health({ members, config, certificates: read }: Asked, ask: Ask): Promise<EtcdHealth> {
  const began = Date.now();
  const [told, certificates] = await Promise.all([Promise.all(members.map((member) => memberHealth(member, config.timeout))), read()]);
  const well = members.find((_, i) => told[i]?.member.healthy);
  const [{ alarms, ...unknown }, known] = well
    ? await Promise.all([alarmsOf(well, config.timeout), membersOf(well)])
    : [{ alarms: [] as EtcdHealth["alarms"] }, null];
  for (const { member } of told) {
    const output = member.error ?? `${member.version} leader=${member.leader} db=${member.dbSize}`;
    ask.note({
      where: "worker",
      what: `etcd status ${member.endpoint}`,
      exit: member.healthy ? 0 : 1,
      ms: member.ms ?? Date.now() - began,
      bytes: output.length,
      output,
    });
  }
  return { members: told.map(({ member }) => member), alarms, ...unknown, known, certificates };
}

interface Reading {
  members: readonly Member[];
  config: EtcdConfig;
  log: Log;
}

/** The first member that answers; one that cannot be reached is passed over and named if all fail. */
async function readAny({ members, config, log }: Reading, ranges: readonly Range[], ask: Ask): Promise<Snapshot> {
  const failures: FailureError[] = [];
  for (const { endpoint, client } of members) {
    const began = Date.now();
    try {
      const read = await readAt(client, ranges).catch((error: unknown) => {
        if (!isCompacted(error)) throw error;
        log.debug({ endpoint, request: ask.request }, "etcd compacted the revision while it was read; reading again");
        return readAt(client, ranges);
      });
      const bytes = read.ranges.reduce((sum, range) => sum + range.kvs.reduce((size, kv) => size + kv.value.length, 0), 0);
      const keys = read.ranges.reduce((sum, range) => sum + range.count, 0);
      ask.note({
        where: "worker",
        what: `etcd read of ${ranges.length} ranges at revision ${read.revision}`,
        exit: 0,
        ms: Date.now() - began,
        bytes,
        output: `${keys} keys from ${endpoint}`,
      });
      return { ...read, at: Date.now() };
    } catch (error) {
      const failure = explain(error, endpoint, config.timeout / 1000);
      const output = failure.failure.message;
      ask.note({ where: "worker", what: `etcd read of ${ranges.length} ranges`, exit: null, ms: Date.now() - began, bytes: 0, output });
      if (ask.signal.aborted) throw error;
      failures.push(failure);
    }
  }
  const [first] = failures;
  if (!first || failures.length === 1) throw first ?? fail("internal", "no etcd endpoint is configured");
  throw fail(first.failure.code, failures.map(({ failure }) => failure.message).join("; "), { cause: first });
}

/** gRPC calls cannot be called back; a stopped question is simply no longer waited for, its deadline ends it. */
function stoppable<T>(ask: Ask, work: Promise<T>): Promise<T> {
  if (ask.signal.aborted) return Promise.reject(fail("cancelled", "stopped before etcd was asked"));
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(fail("cancelled", "stopped while etcd was asked"));
    ask.signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => ask.signal.removeEventListener("abort", stop));
  });
}
