import type { Etcd3 } from "etcd3";
import type { EtcdHealth, EtcdMember } from "../../src/cluster/etcd.js";
import { explain } from "./explain.js";

export interface Member {
  endpoint: string;
  client: Etcd3;
}

/** Asks one member about itself: status, and a linearised read that only works with a leader. */
export async function memberHealth({ endpoint, client }: Member, timeout: number): Promise<{ member: EtcdMember; error: Error | null }> {
  const began = Date.now();
  const blank: EtcdMember = {
    ...{ endpoint, healthy: false, error: null, version: null, leader: null, dbSize: null, ms: null },
    ...{ id: null, inUse: null, revision: null },
  };
  try {
    const status = await client.maintenance.status();
    const known = {
      ...blank,
      version: status.version,
      leader: status.leader !== "0" && status.leader === status.header.member_id,
      dbSize: Number(status.dbSize),
      ms: Date.now() - began,
      id: hex(status.header.member_id),
      inUse: Number(status.dbSizeInUse) || null,
      revision: Number(status.header.revision),
    };
    try {
      await client.kv.range({ key: Buffer.from("/calico/"), count_only: true });
      return { member: { ...known, healthy: true }, error: null };
    } catch (error) {
      const failure = explain(error, endpoint, timeout / 1000);
      return { member: { ...known, error: `answers, but reads fail: ${failure.failure.message}` }, error: failure };
    }
  } catch (error) {
    const failure = explain(error, endpoint, timeout / 1000);
    return { member: { ...blank, error: failure.failure.message }, error: failure };
  }
}

/** Alarms as any one member knows them; they are the cluster's. A member that tells its state and not these is still healthy. */
export async function alarmsOf({ client, endpoint }: Member, timeout: number): Promise<Pick<EtcdHealth, "alarms" | "alarmsUnknown">> {
  try {
    const list = await client.maintenance.alarm({});
    return { alarms: list.alarms.map(({ alarm, memberID }) => ({ alarm: alarm.toUpperCase(), member: hex(memberID) })) };
  } catch (error) {
    return { alarms: [], alarmsUnknown: explain(error, endpoint, timeout / 1000).failure.message };
  }
}

/** Members as any one of them lists them; null when it may not or does not tell. */
export async function membersOf({ client }: Member): Promise<EtcdHealth["known"]> {
  try {
    const list = await client.cluster.memberList({});
    return list.members.map(({ ID, name }) => ({ id: hex(ID), name }));
  } catch {
    return null;
  }
}

const hex = (id: string): string => BigInt(id).toString(16);
