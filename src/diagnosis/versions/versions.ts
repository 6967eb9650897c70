import { z } from "zod";
import type { Answer } from "../../cluster/ask.js";
import { programVersion } from "../../contract/version.js";
import { Finding } from "../finding.js";
import { count, list } from "../say.js";
import { birdVersions, checkVersions } from "./check.js";
import type { VersionFacts } from "./gather.js";

/** What runs, in which version, where. */
export const VersionsAnswer = z.object({
  cluster: z.string(),
  at: z.number(),
  revision: z.number().nullable(),
  /** Version of this program on the worker. */
  worker: z.string(),
  parts: z.array(z.object({ what: z.string(), version: z.string(), where: z.string() })),
  findings: z.array(Finding),
  notAsked: z.array(z.string()),
});
export type VersionsAnswer = z.infer<typeof VersionsAnswer>;
type Part = VersionsAnswer["parts"][number];

/** Facts as the answer that is sent and shown. A further part with a version is one more list of rows here. */
export function versionsAnswer(cluster: string, asked: VersionFacts): VersionsAnswer {
  const { facts, stored } = asked;
  return {
    cluster,
    at: facts.at,
    revision: stored.ok ? stored.value.revision : null,
    worker: programVersion,
    parts: [...tool(asked), ...calico(asked), ...etcd(asked), ...bird(asked), ...keys(asked)],
    findings: checkVersions(asked),
    notAsked: notAsked(asked),
  };
}

function tool({ facts: { calicoctl } }: VersionFacts): Part[] {
  if (calicoctl === null) return [{ what: "calicoctl", version: "not configured", where: "worker" }];
  return calicoctl.ok ? [{ what: "calicoctl", version: calicoctl.value.client, where: "worker" }] : [];
}

function calico({ stored }: VersionFacts): Part[] {
  if (!stored.ok) return [];
  const version = stored.value.calico ?? "unknown (normal on OpenStack: nobody writes it)";
  return [{ what: "Calico", version, where: "ClusterInformation in etcd" }];
}

function etcd({ facts }: VersionFacts): Part[] {
  if (!facts.etcd.ok) return [];
  const by = new Map<string, string[]>();
  for (const { version, endpoint } of facts.etcd.value.members)
    if (version !== null) by.set(version, [...(by.get(version) ?? []), endpoint]);
  return [...by].map(([version, endpoints]) => ({
    what: "etcd",
    version,
    where: endpoints.length > 3 ? count(endpoints.length, "member") : endpoints.join(", "),
  }));
}

function bird({ facts }: VersionFacts): Part[] {
  return [...birdVersions(facts)].map(([version, hosts]) => ({
    what: "BIRD",
    version,
    where: `${count(hosts.length, "host")}: ${list(hosts, 4)}`,
  }));
}

const generations = {
  plain: "plain, as from v3.32 on",
  prefixed: "default.<name>, as up to v3.31",
  mixed: "both ways",
  none: "cannot be told: no policy of people in tier default",
} as const;

function keys({ stored }: VersionFacts): Part[] {
  return stored.ok ? [{ what: "policy keys", version: generations[stored.value.generation.kind], where: "etcd" }] : [];
}

function notAsked({ facts, stored }: VersionFacts): string[] {
  const why = (what: string, answer: Answer<unknown> | null): string[] =>
    answer === null || answer.ok ? [] : [`${what} (${answer.failure.message})`];
  const hosts = [...facts.birds].flatMap(([host, answer]) => why(`BIRD on ${host}`, answer));
  const silent = facts.etcd.ok
    ? facts.etcd.value.members.filter(({ version }) => version === null).map(({ endpoint }) => `etcd ${endpoint}`)
    : [];
  const broken = stored.ok ? stored.value.unreadable : [];
  return [
    ...why("calicoctl", facts.calicoctl),
    ...why("etcd", facts.etcd),
    ...why("what Calico stores", stored),
    ...silent,
    ...broken,
    ...hosts,
  ];
}
