import { type Ask, answer } from "../../src/cluster/ask.js";
import type { Calicoctl, CalicoctlVersion, CalicoObject } from "../../src/cluster/calicoctl.js";
import type { CalicoctlConfig, EtcdConfig } from "../../src/config/valid.js";
import { fail } from "../../src/contract/failure.js";
import { createPrivateFolder } from "../local/private-folder.js";
import type { SshPool } from "../ssh/pool.js";
import { documentArgs, getArgs, versionArgs, type Wanted } from "./args.js";
import { sentence } from "./complaint.js";
import { createLocal, type Local } from "./local.js";
import { readObjects } from "./objects.js";
import { nodeStatus } from "./on-host.js";
import { writeSettings } from "./settings-file.js";
import { readVersion } from "./version.js";

export interface CalicoctlSettings {
  config: CalicoctlConfig;
  /** What calicoctl on the worker is told of etcd. */
  etcd: EtcdConfig;
  /** The way to the hosts, for `node status`. */
  hosts: SshPool;
}

/** calicoctl as a worker sees it; close() ends what runs and removes the files with secrets. */
export interface CalicoctlRunner extends Calicoctl {
  close(): void;
}

/** Datastore questions run on the worker, with its certificate; only `node status` runs on the host. */
export function createCalicoctl({ config, etcd, hosts }: CalicoctlSettings): CalicoctlRunner {
  const folder = createPrivateFolder((write) => writeSettings(etcd, write));
  const closing = new AbortController();
  const local = createLocal(config, folder, closing.signal);
  return {
    version: (ask) => answer(ask, () => version(local, ask)),
    get: (kind, name, namespace, ask) => answer(ask, () => get(local, { kind, name, namespace }, ask)),
    write: (how, document, ask) => answer(ask, () => given(local, { command: how === "remove" ? "delete" : how, document }, ask)),
    validate: (document, ask) => answer(ask, () => given(local, { command: "validate", document }, ask)),
    nodeStatus: (host, ask) => answer(ask, () => nodeStatus(hosts, config, { host, ask })),
    close() {
      closing.abort();
      folder.remove();
    },
  };
}

async function version(local: Local, ask: Ask): Promise<CalicoctlVersion> {
  const ran = await local.ask(versionArgs(), ask);
  const { client, saidCluster, cluster, clusterType } = readVersion(ran.stdout);
  // An etcd without ClusterInformation is told by the check of the datastore, which reads the same key. The question here
  // is which calicoctl this worker has and whether it gets through to etcd: both are answered, and stay answered, when an
  // operator needs them most, on a datastore that is empty or the wrong one.
  const missing = /resource does not exist: ClusterInformation\(/.test(ran.stderr);
  if (client === null || !(saidCluster || missing)) throw await local.why(ran, ask);
  return { client, cluster, clusterType };
}

async function get(local: Local, wanted: Wanted, ask: Ask): Promise<CalicoObject[]> {
  const ran = await local.ask(getArgs(wanted), ask);
  const empty = /^\s*(?:null\s*)?$/.test(ran.stdout.slice(0, 100));
  if (ran.exit !== 0 || (empty && sentence(ran) !== null)) throw await local.why(ran, ask);
  const objects = readObjects(ran.stdout);
  const { kind, name, namespace } = wanted;
  if (name === null) return objects;
  // The whole list was asked for; otherwise the name is calicoctl's business, which may store it under a longer one.
  const found = namespace === "*" ? objects.filter((object) => object.metadata.name === name) : objects;
  if (found.length === 0) throw fail("not_found", `there is no ${kind} ${name}`);
  return found;
}

type Given = { command: Parameters<typeof documentArgs>[0]; document: string };

/** Exit code 0 says yes; what is stored is for whoever asks to read again. */
async function given(local: Local, { command, document }: Given, ask: Ask): Promise<null> {
  const ran = await local.ask(documentArgs(command), ask, document);
  if (ran.exit !== 0) throw await local.why(ran, ask);
  return null;
}
