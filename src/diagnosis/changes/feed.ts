import { z } from "zod";
import { objectAt } from "../../calico/keys.js";
import type { Cluster } from "../../cluster/cluster.js";
import { type History, Write } from "../../cluster/history.js";
import { ChangeState } from "../../contract/change.js";

const Rate = z.object({
  count: z.int(),
  /** In an hour of the time before; null = not watched for long enough to say. */
  normal: z.number().nullable(),
});

/** A change of the bot's own. */
export const Through = z.object({ id: z.string(), who: z.string() });
export type Through = z.infer<typeof Through>;

const FeedWrite = Write.omit({ key: true, stored: true }).extend({
  kind: z.string(),
  /** With its namespace: `openstack/web`. */
  name: z.string(),
  /** Null = not through the bot; whose it was etcd does not know. */
  through: Through.nullable(),
});
export type FeedWrite = z.infer<typeof FeedWrite>;

/** What changed since some time. Times are epoch ms by the worker's clock. */
export const Feed = z.object({
  cluster: z.string(),
  /** What was asked for. */
  from: z.number(),
  now: z.number(),
  /** Null = nobody watches here, and what is told is from the journal alone. */
  watched: z
    .object({
      /** Null = the watch has not begun. */
      since: z.number().nullable(),
      gaps: z.array(z.object({ from: z.number(), to: z.number().nullable() })),
      trouble: z.string().nullable(),
      writes: z.array(FeedWrite),
      older: z.int(),
      groups: Rate,
      ports: Rate,
      starts: z.array(z.object({ host: z.string(), at: z.number() })),
      silences: z.array(z.object({ host: z.string(), from: z.number(), to: z.number().nullable() })),
    })
    .nullable(),
  /** Changes made through the bot, newest first; null = no journal is at hand. */
  changes: z
    .array(
      Through.extend({
        at: z.number(),
        state: ChangeState,
        line: z.string(),
        /** What its steps do: `update Tier default`. */
        steps: z.array(z.string()),
      }),
    )
    .nullable(),
});
export type Feed = z.infer<typeof Feed>;

const hour = 3_600_000;

/** Which change of the bot made a write; null = none did. */
export type Whose = (write: Write) => Through | null;

/** What the watch saw, with whose it was. */
export function watchedOf(history: History, { region }: Pick<Cluster, "region">, whose: Whose): NonNullable<Feed["watched"]> {
  const { since, gaps, trouble, older, groups, ports, starts, silences } = history;
  return {
    ...{ since, gaps, trouble, older, groups: rateOf(groups), ports: rateOf(ports) },
    writes: history.writes.map((write) => feedWrite(write, whose)),
    starts: starts.filter((one) => one.region === region).map(({ host, at }) => ({ host, at })),
    silences: silences.filter((one) => one.region === region).map(({ host, from, to }) => ({ host, from, to })),
  };
}

function feedWrite({ key, stored, ...write }: Write, whose: Whose): FeedWrite {
  const object = objectAt(key);
  const { namespace = null, name = key } = object?.place ?? {};
  const through = whose({ key, stored, ...write });
  return { ...write, kind: object?.kind.kind ?? "object", name: namespace === null ? name : `${namespace}/${name}`, through };
}

const rateOf = ({ count, before, span }: History["groups"]): z.infer<typeof Rate> => ({
  count,
  normal: span < hour ? null : (before * hour) / span,
});

/** Kinds that decide nothing about traffic. */
const inert = /^Staged|^IPReservation$/;

/** Writes that may have caused something: not those that changed nothing. */
export const isRisky = ({ kind, action, fields, late }: FeedWrite): boolean =>
  !inert.test(kind) && (action !== "update" || fields.length > 0 || late);

/** Writes by nobody that the bot knows, newest first. */
export const strange = (feed: Feed): FeedWrite[] => (feed.watched?.writes ?? []).filter(({ through }) => through === null);

/** Ids of the bot's changes that are told of, by the watch or by the journal. */
export const changeIds = (feed: Feed): Set<string> =>
  new Set([
    ...(feed.changes ?? []).map(({ id }) => id),
    ...(feed.watched?.writes ?? []).flatMap(({ through }) => (through === null ? [] : [through.id])),
  ]);
