import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildCalicoctl } from "../../../lab/calicoctl/build.js";
import type { Written } from "./documents.js";
import type { Json } from "./generate.js";
import type { Outcome } from "./masked.js";
import { run } from "./run.js";
import { type Key, type Loaded, loadedEtcd } from "./world.js";

/** calicoctl with an etcd of its own, called as the bot's worker calls it. */
export interface Bench {
  etcd: Loaded;
  /** Runs `calicoctl WORDS… --config=FILE` with this on its standard input. */
  call(words: readonly string[], stdin?: string, files?: Readonly<Record<string, string>>): Promise<Outcome>;
  /** Runs it without any configuration. */
  offline(words: readonly string[], stdin: string): Promise<Outcome>;
  stop(): void;
}

export async function bench(keys: readonly Key[]): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), "calicoctl-bench-"));
  const [program, etcd] = await Promise.all([buildCalicoctl(join(folder, "bin")), loadedEtcd(keys)]);
  const config = join(folder, "calicoctl.cfg");
  const spec = `spec:\n  datastoreType: etcdv3\n  etcdEndpoints: ${etcd.endpoint}\n`;
  writeFileSync(config, `apiVersion: projectcalico.org/v3\nkind: CalicoAPIConfig\nmetadata:\n${spec}`);
  const start = (words: readonly string[], stdin?: string, files?: Readonly<Record<string, string>>): Promise<Outcome> =>
    run({ argv: [program, ...words], env: {}, stdin, files, deadlineMs: 20_000 });
  return {
    etcd,
    call: (words, stdin, files) => start([...words, `--config=${config}`], stdin, files),
    offline: (words, stdin) => start(words, stdin),
    stop() {
      etcd.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const root = "/calico/resources/v3/projectcalico.org";
export const keyOf = ({ plural, namespace, name }: Pick<Written, "plural" | "namespace" | "name">): string =>
  [root, plural, ...(namespace ? [namespace] : []), name].join("/");

/** The document as JSON, with what else its metadata is to say. */
export function documentOf({ kind, name, namespace, labels, spec }: Written, metadata: Json = {}, other: Json = spec): string {
  const own = { name, ...(namespace && { namespace }), labels, ...metadata };
  return JSON.stringify({ apiVersion: "projectcalico.org/v3", kind, metadata: own, spec: other });
}
