import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Every key of a real cluster, as recorded. */
export function golden(file: "keyspace.json" | "networking-calico-keyspace.json" = "keyspace.json"): { key: string; value: string }[] {
  return JSON.parse(readFileSync(join(import.meta.dirname, "../golden/etcd", file), "utf8")) as { key: string; value: string }[];
}

/** The same, as a fake cluster takes it. */
export const goldenKeys = (): Record<string, string> => Object.fromEntries(golden().map(({ key, value }) => [key, value]));
