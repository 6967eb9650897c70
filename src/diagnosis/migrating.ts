import { z } from "zod";
import type { KeyValue } from "../cluster/etcd.js";
import { decode } from "./read.js";

const Migration = z.object({ spec: z.object({ source: z.object({ workloadEndpoint: z.object({ endpointID: z.string() }) }) }) });

/** Ports that a LiveMigration object names; keys of those that cannot be read go into `unreadable`. */
export function migratingPorts(kvs: readonly KeyValue[], unreadable: string[]): Set<string> {
  return new Set(kvs.flatMap((kv) => decode(kv, Migration, unreadable)?.spec.source.workloadEndpoint.endpointID ?? []));
}
