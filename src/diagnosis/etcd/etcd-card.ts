import type { Section, View } from "../../contract/view.js";
import { asOf } from "../as-of.js";
import { findingsCard } from "../findings-card.js";
import { ago, bytes, count } from "../say.js";
import type { EtcdAnswer } from "./etcd.js";

/** Whether etcd takes writes and will go on doing so, first; then its members, its history, its certificates. */
export function etcdCard(answer: EtcdAnswer): View {
  const { cluster, members, alarms, findings, revision } = answer;
  const up = members.filter(({ healthy }) => healthy).length;
  const biggest = Math.max(0, ...members.map(({ dbSize }) => dbSize ?? 0));
  const size = `${bytes(biggest)} of ${bytes(answer.quota)}`;
  const numbers = `${up} of ${count(members.length, "member")} answer${up === 1 ? "s" : ""}, ${alarms.length > 0 ? `alarm ${alarms.join(", ")}` : "no alarm"}, ${size}`;
  const leader = members.find((member) => member.leader)?.endpoint ?? "not among them";
  const card = findingsCard(cluster, findings, {
    healthy: `etcd ${numbers}`,
    size: findings.length === 0 ? `leader ${leader}` : up > 0 ? numbers : `none of ${count(members.length, "member")} answers`,
  });
  if (members.length > 0) card.sections.push(table(answer));
  card.sections.push({
    kind: "lines",
    title: "history and certificates",
    lines: [...history(answer), ...certificates(answer)].map((text) => ({ text })),
  });
  card.footer.push(`${asOf({ at: answer.at, revision })}; healthy = answers a read that needs a leader`);
  return card;
}

function table({ members }: EtcdAnswer): Section {
  return {
    kind: "table",
    title: "members",
    columns: [
      { title: "endpoint" },
      { title: "answers" },
      { title: "role" },
      { title: "version" },
      { title: "size", align: "right" },
      { title: "in use", align: "right" },
      { title: "ms", align: "right" },
    ],
    rows: members.map(({ endpoint, healthy, error, leader, version, dbSize, inUse, ms }) => [
      endpoint,
      healthy ? "yes" : (error ?? "no"),
      leader === null ? "?" : leader ? "leader" : "follower",
      version ?? "?",
      dbSize === null ? "?" : bytes(dbSize),
      inUse === null ? "?" : bytes(inUse),
      ms === null ? "-" : String(ms),
    ]),
  };
}

function history({ compaction, rate, reclaimable }: EtcdAnswer): string[] {
  const writes = rate === null ? [] : [`writes: about ${Math.round(rate).toLocaleString("en-US")} revisions a minute`];
  return [
    ...(compaction === null ? ["compaction: could not be read"] : [compactionText(compaction, rate)]),
    ...writes,
    ...(reclaimable === null ? [] : [reclaimable]),
  ];
}

/** Fewer writes than this while it was looked at say nothing about the pace of hours. */
const steady = 30;

function compactionText({ last, armed, behind }: NonNullable<EtcdAnswer["compaction"]>, rate: number | null): string {
  if (last === null || behind === null) return "compaction: Neutron's driver left no keys about it, so it is up to etcd's own settings";
  const next = armed ? ", the next one is due when its timer ends" : ", none is due";
  if (last === 0) return `compaction: none by Neutron yet${next}`;
  const age = rate !== null && rate >= steady ? `, about ${ago((behind / rate) * 60_000)} ago at today's pace` : "";
  return `compaction: last at revision ${last}, ${behind.toLocaleString("en-US")} revisions back${age}${next}`;
}

/** From this age on it is said how old the sight of a certificate is, ms. */
const aMinute = 60_000;

function certificates({ certificates, at }: EtcdAnswer): string[] {
  if (certificates.length === 0) return ["certificates: none, the worker speaks to etcd without TLS"];
  return certificates.map(({ what, subject, notAfter, seen }) => {
    const end =
      notAfter === null
        ? "end unknown"
        : notAfter < at
          ? `expired ${ago(at - notAfter)} ago`
          : `valid for ${ago(notAfter - at)}, until ${new Date(notAfter).toISOString().slice(0, 10)}`;
    const age = seen === undefined || at - seen < aMinute ? "" : ` (seen ${ago(at - seen)} ago)`;
    return `${what}${subject === "" ? "" : ` ${subject}`}: ${end}${age}`;
  });
}
