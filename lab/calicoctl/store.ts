import { type ClientConfig, clientConfig, NoClient } from "./config.js";
import { connect, type Entry, type Etcd } from "./etcd.js";
import type { Json } from "./input/decode.js";
import type { Kind } from "./kinds.js";
import { settled, sorted, unstored } from "./reading.js";
import { type Printed, type PrintedMap, plain } from "./shapes/shape.js";
import { toStore } from "./writing.js";

const root = "/calico/resources/v3/projectcalico.org";
const apiVersion = "projectcalico.org/v3";

/** The resource is not there, or cannot be read. */
export class Missing extends Error {}
export class Unreadable extends Error {}

/** A resource as it lies in etcd, read as the client library reads it. */
export interface Stored {
  object: Json;
  /** etcd's revision of its last change. */
  revision: string;
}

/** Which resource; `namespace` is "" for a kind without. */
export interface Identity {
  kind: Kind;
  namespace: string;
  name: string;
}

/** Resources as calicoctl sees them. */
export interface Store {
  /** One resource; `namespace` is "" for a kind without. */
  get(kind: Kind, namespace: string, name: string): Promise<PrintedMap>;
  /** All of a kind, as a List; namespace "" = all of them. */
  list(kind: Kind, namespace: string): Promise<PrintedMap>;
  /** One resource that can be written back. */
  read(identity: Identity): Promise<Stored>;
  /** Everything of a kind, in all namespaces. */
  readAll(kind: Kind): Promise<readonly Json[]>;
  /** Writes (null: removes) a resource whose last change is of that revision, "0" = that is not there. False if it has another. */
  swap(identity: Identity, object: Json | null, revision: string): Promise<boolean>;
  /** Keys below a prefix of /calico/. */
  keys(prefix: string): Promise<readonly string[]>;
}

/** The store that the configuration names. */
export async function openStore(configFile?: string): Promise<Store> {
  const config: ClientConfig = await clientConfig(configFile);
  if (config.datastore === "kubernetes")
    throw new NoClient("invalid configuration: no configuration has been provided, try setting KUBERNETES_MASTER environment variable");
  const etcd = await connect(config.etcd);
  return {
    get: (kind, namespace, name) => getOne({ etcd, kind, namespace }, name),
    list: (kind, namespace) => listAll({ etcd, kind, namespace }),
    read: (identity) => readOne(etcd, identity),
    readAll: async (kind) => {
      const { entries } = await etcd.list(`${root}/${kind.plural}/`);
      return entries.flatMap((entry) => attempt(kind, entry)).map((object) => plain(object) as Json);
    },
    swap: (identity, object, revision) => etcd.swap(keyOf(identity), object && toStore(identity.kind, object), revision),
    keys: async (prefix) => (await etcd.list(`/calico/${prefix}`)).entries.map(({ key }) => key),
  };
}

interface Query {
  etcd: Etcd;
  kind: Kind;
  namespace: string;
}

async function getOne({ etcd, kind, namespace }: Query, name: string): Promise<PrintedMap> {
  const own = unstored(kind).find((object) => object.get("name") === name);
  if (own) return own.get("object") as PrintedMap;
  return decode(kind, await entryOf(etcd, { kind, namespace, name }));
}

/** How a resource is called in messages. */
export const pathOf = ({ kind, namespace, name }: Identity): string => (kind.namespaced ? `${namespace}/${name}` : name);
const keyOf = (identity: Identity): string => `${root}/${identity.kind.plural}/${pathOf(identity)}`;

async function entryOf(etcd: Etcd, identity: Identity): Promise<Entry> {
  const [found] = (await etcd.get(keyOf(identity))).entries;
  if (!found) throw new Missing(`resource does not exist: ${identity.kind.kind}(${pathOf(identity)}) with error: <nil>`);
  return found;
}

async function readOne(etcd: Etcd, identity: Identity): Promise<Stored> {
  return stored(identity.kind, await entryOf(etcd, identity));
}

/** The object as its kind's shape has it, with its resource version. */
function stored(kind: Kind, entry: Entry): Stored {
  return { object: plain(decode(kind, entry)) as Json, revision: entry.revision };
}

async function listAll({ etcd, kind, namespace }: Query): Promise<PrintedMap> {
  const { entries, revision } = await etcd.list(`${root}/${kind.plural}/${namespace === "" ? "" : `${namespace}/`}`);
  const depth = kind.namespaced ? 2 : 1;
  const own = entries.filter(({ key }) => key.slice(root.length + kind.plural.length + 2).split("/").length === depth);
  const objects = own.flatMap((entry) => attempt(kind, entry));
  const items = [...sorted(kind, objects), ...unstored(kind).map((object) => object.get("object") as Printed)];
  return new Map<string, Printed>([
    ["kind", `${kind.kind}List`],
    ["apiVersion", apiVersion],
    ["metadata", new Map([["resourceVersion", revision]])],
    ["items", items],
  ]);
}

/** A list leaves out what cannot be read. */
function attempt(kind: Kind, entry: Entry): PrintedMap[] {
  try {
    return [decode(kind, entry, true)];
  } catch {
    return [];
  }
}

function decode(kind: Kind, { key, value, revision }: Entry, inList = false): PrintedMap {
  const unreadable = (why: string): Unreadable => new Unreadable(`failed to parse datastore entry key=${key}; value=${value}: ${why}`);
  let read: unknown;
  try {
    read = JSON.parse(value);
  } catch {
    throw unreadable(complaint(value));
  }
  try {
    return kind.shape.print(settled(kind, read as object, { revision, inList })) as PrintedMap;
  } catch (error) {
    throw unreadable(`json: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** What jsoniter says of a text that is not JSON. */
function complaint(value: string): string {
  const near = (at: number): string => {
    const around = (reach: number): string => value.slice(Math.max(0, at - reach), at + reach);
    return `error found in #${Math.min(at, 10)} byte of ...|${around(10)}|..., bigger context ...|${around(50)}|...`;
  };
  if (value.startsWith("n")) return `skipThreeBytes: expect ull, ${near(2)}`;
  return `ReadObject: expect { or , or } or n, but found ${value.charAt(0)}, ${near(1)}`;
}
