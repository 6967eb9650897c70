import type { Etcd3, IWatchResponse } from "etcd3";
import type { KeyValue } from "../../src/cluster/etcd.js";
import type { EtcdConfig } from "../../src/config/valid.js";
import { type FailureError, fail } from "../../src/contract/failure.js";
import { connect } from "./client.js";
import { explain } from "./explain.js";
import { keyValue, spanOf } from "./read.js";

/** What one transaction of somebody did to one key; `kv` null = deleted. */
export interface Change {
  key: string;
  kv: KeyValue | null;
  /** mod revision, of a deletion too. */
  revision: number;
}

/** How far a member has come: revision, and the id of its cluster, which another one restored from a backup does not share. */
export interface Head {
  revision: number;
  cluster: string;
}

/** What a watch tells. Changes come with the revision up to which they are now all told. */
export interface Follower {
  changed(changes: readonly Change[], revision: number): void;
  /** Nothing more will come. `denied`: the worker's user may not watch so much. */
  ended(why: FailureError, denied: boolean): void;
}

/** One member of etcd to make a copy from. */
export interface Source {
  endpoint: string;
  /** A read that needs a leader: whatever was written before it was asked has at most this revision. */
  head(): Promise<Head>;
  /** Everything below a prefix at one revision, page by page. */
  list(prefix: string, page: (kvs: readonly KeyValue[]) => void): Promise<Head>;
  /** Watches from a revision on, everything or what lies below a prefix, until the function returned is called. */
  follow(scope: { prefix: string | null; from: number }, follower: Follower): () => void;
  close(): void;
}

/** A page of this many keys holds up nobody here: the copy is made in a thread of its own. */
const listPage = 2000;

/** Opens one endpoint with a client of its own, so that a watch which failed leaves nothing behind. */
export function openSource(config: EtcdConfig, endpoint: string): Source {
  const client = connect(endpoint, config);
  const explained = (error: unknown): never => {
    throw explain(error, endpoint, config.timeout / 1000);
  };
  return {
    endpoint,
    head: () => client.kv.range({ key: Buffer.from("/calico/"), count_only: true }).then(headOf, explained),
    list: (prefix, page) => listAll(client, prefix, page).catch(explained),
    follow: ({ prefix, from }, follower) => watch(client, { prefix, from, endpoint }, follower),
    close: () => client.close(),
  };
}

const headOf = ({ header }: { header: { revision: string; cluster_id: string } }): Head => ({
  revision: Number(header.revision),
  cluster: header.cluster_id,
});

async function listAll(client: Etcd3, prefix: string, page: (kvs: readonly KeyValue[]) => void): Promise<Head> {
  const span = spanOf(prefix);
  const first = await client.kv.range({ ...span, limit: listPage });
  for (let read = first; ; ) {
    page(read.kvs.map(keyValue));
    const last = read.kvs.at(-1);
    if (!read.more || last === undefined) return headOf(first);
    const key = Buffer.concat([last.key, Buffer.from([0])]);
    read = await client.kv.range({ ...span, key, limit: listPage, revision: first.header.revision });
  }
}

interface Scope {
  prefix: string | null;
  from: number;
  endpoint: string;
}

/**
 * One watch, ended for good by its first mishap: the client's own way to go on trusts the revision in an answer's header, which
 * can be ahead of the changes told so far.
 */
function watch(client: Etcd3, { prefix, from, endpoint }: Scope, follower: Follower): () => void {
  const zero = Buffer.from([0]);
  const { key, range_end } = prefix === null ? { key: zero, range_end: zero } : spanOf(prefix);
  const watcher = client.watch().inRange({ start: key, end: range_end }).startRevision(String(from)).watcher();
  let over = false;
  const end = (text: string, denied = false): void => {
    if (over) return;
    over = true;
    follower.ended(fail(denied ? "credentials" : "unreachable", `the watch on etcd ${endpoint} ended: ${text}`), denied);
  };
  const told = (response: IWatchResponse): void => {
    const changes = response.events.map(changeOf);
    const revision = response.events.reduce((most, { kv }) => Math.max(most, Number(kv.mod_revision)), 0);
    if (!over && changes.length > 0) follower.changed(changes, revision);
  };
  watcher.on("data", told);
  watcher.on("disconnected", (error: Error) => end(error.message));
  watcher.on("error", (error: Error) => end(error.message, /permission denied/i.test(error.message)));
  watcher.on("end", () => end("it was taken back"));
  return () => {
    over = true;
    watcher.cancel().catch(() => {});
  };
}

const changeOf = ({ type, kv }: IWatchResponse["events"][number]): Change => ({
  key: kv.key.toString("utf8"),
  kv: type.toLowerCase() === "delete" ? null : keyValue(kv),
  revision: Number(kv.mod_revision),
});
