import { documentOf } from "../../calico/document.js";
import type { Place } from "../../calico/keys.js";
import { type Kind, kindPrefix, kinds } from "../../calico/kinds.js";
import { vmNamespace } from "../../calico/names.js";
import { Resource } from "../../calico/resource.js";
import type { Cluster } from "../../cluster/cluster.js";
import type { KeyValue } from "../../cluster/etcd.js";
import { fail } from "../../contract/failure.js";
import type { Gathering } from "../gather.js";
import { decode, readEtcd } from "../read.js";
import { count } from "../say.js";
import type { ManyObjects, ObjectsAnswer, OneObject } from "./answer.js";
import { columnsOf, showsName } from "./columns.js";
import { consumers, rendered } from "./consumers.js";
import { type Listing, listKind } from "./listing.js";
import { type Matched, match, type Wanted } from "./match.js";
import { missing, type Near } from "./missing.js";
import { split } from "./split.js";

/** Finds objects of a kind by what somebody typed: one as it is stored, several as a table. */
export async function findObjects(cluster: Cluster, wanted: Wanted, how: Gathering & { near: Near }): Promise<ObjectsAnswer> {
  const [listing, use] = await Promise.all([
    listKind(cluster, wanted.kind, how.ask),
    rendered.has(wanted.kind.kind) ? consumers(cluster, wanted.kind.kind, how) : null,
  ]);
  const matched = match(listing.places, wanted);
  const [only] = matched.places;
  if (!only && wanted.name !== null) throw missing(listing.places, wanted, how.near);
  const notes = [...(use === null ? [] : [use]), ...notesOn(cluster, wanted, matched)];
  const about = { cluster: cluster.name, kind: wanted.kind.kind, notes };
  if (only && matched.places.length === 1 && matched.by !== "all" && !wanted.name?.endsWith("*")) return one(listing, only, about);
  return many({ listing, wanted, matched }, about);
}

interface About {
  cluster: string;
  kind: string;
  notes: string[];
}

async function one(listing: Listing, place: Place, about: About): Promise<OneObject> {
  const { values, revision, at } = await listing.values([place]);
  const kv = values.get(place.key);
  if (!kv) throw fail("not_found", `${about.kind} ${place.name} was deleted while it was read`);
  const object = decode(kv, Resource, []);
  const text = object ? documentOf(object, kv.revision) : kv.value;
  const { name, namespace } = place;
  return { ...about, shape: "one", name, namespace, revision, at, modified: kv.revision, readable: object !== null, text };
}

interface Found {
  listing: Listing;
  wanted: Wanted;
  matched: Matched;
}

async function many({ listing, wanted, matched }: Found, about: About): Promise<ManyObjects> {
  const { kind } = wanted;
  const { shown, groups, narrower } = split(matched.places, wanted);
  const { values, revision, at } = await listing.values(shown);
  const columns = columnsOf(kind.kind);
  const unreadable = [...listing.strange];
  const rows = shown.flatMap((place) => {
    const kv = values.get(place.key);
    return kv ? [rowOf({ place, kv, kind }, unreadable)] : [];
  });
  const heads = columns.map(({ title, align }) => (align ? { title, align } : { title }));
  const place = [...(kind.namespaced ? [{ title: "namespace" }] : []), ...(showsName(kind.kind) ? [{ title: "name" }] : [])];
  const found = { total: matched.places.length, asked: askedFor(wanted, matched), columns: [...place, ...heads] };
  return { ...about, ...found, shape: "many", revision, at, rows, groups, narrower, unreadable };
}

function rowOf({ place, kv, kind }: { place: Place; kv: KeyValue; kind: Kind }, unreadable: string[]): string[] {
  const object = decode(kv, Resource, unreadable);
  const columns = columnsOf(kind.kind);
  const cells = object ? columns.map((column) => column.of(object)) : ["unreadable", ...columns.slice(1).map(() => "?")];
  return [...(place.namespace === null ? [] : [place.namespace]), ...(showsName(kind.kind) ? [place.name] : []), ...cells];
}

function askedFor({ name, namespace }: Wanted, { by }: Matched): string {
  const named = name === null ? [] : [by === "part" && !name.endsWith("*") ? `of ${name}` : `named ${name}`];
  return [...named, ...(namespace === null ? [] : [`in namespace ${namespace}`])].join(" ");
}

function notesOn(cluster: Cluster, { kind, name }: Wanted, { places, by }: Matched): string[] {
  const notes: string[] = [];
  if (by === "old key")
    notes.push(
      `stored as default.${name}: calicoctl from v3.32 on lists it and says it does not exist when asked for it by name (\`version\` tells more)`,
    );
  const here = vmNamespace(cluster.region);
  const foreign = kind.kind === "NetworkPolicy" ? places.filter(({ namespace }) => !namespace?.startsWith("openstack")) : [];
  if (foreign.length > 0)
    notes.push(
      `${count(foreign.length, "policy", "policies")} outside of ${here}, where all VMs are: a NetworkPolicy in another namespace governs no VM`,
    );
  if (kind.kind === "Profile")
    notes.push("projectcalico-default-allow, which calicoctl lists, is made up by its library: it is in no etcd, and no VM uses a profile");
  return notes;
}

/** How many objects of each kind there are, which is what `get` without a kind shows. */
export async function countKinds(cluster: Cluster, { ask }: Gathering): Promise<ManyObjects> {
  const ranges = kinds.map((kind) => ({ count: kindPrefix(kind) }));
  const { revision, at, ranges: counted } = await readEtcd(cluster, ranges, ask);
  const rows = kinds.map((kind, i) => ({ kind, n: counted[i]?.count ?? 0 })).filter(({ n }) => n > 0);
  return {
    shape: "many",
    cluster: cluster.name,
    kind: "object",
    asked: "",
    revision,
    at,
    total: rows.reduce((sum, { n }) => sum + n, 0),
    columns: [{ title: "kind" }, { title: "objects", align: "right" }, { title: "also called" }],
    rows: rows.map(({ kind, n }) => [kind.kind, n.toLocaleString("en-US"), kind.aliases.join(", ") || "-"]),
    groups: [],
    narrower: [],
    notes: [],
    unreadable: [],
  };
}
