import type { Cause } from "./cause.js";
import type { Facts } from "./facts.js";
import { type Draft, type Finding, finding, subjectOf } from "./finding.js";
import { grouped } from "./group.js";
import { count, list } from "./say.js";

/**
 * Folds findings into the one that explains them: a host that is gone explains its sessions, its felix and its agent;
 * a BIRD that is down explains its sessions; an etcd nobody reaches explains all that is read from it.
 * What is left and alike is then said as one.
 */
export function correlate(findings: readonly Draft[], facts: Facts): Finding[] {
  const roots = merged(findings);
  const explained = new Map<string, Draft[]>();
  const kept = roots.filter((candidate) => {
    const cause = roots.find((other) => other !== candidate && explains(other, candidate));
    if (!cause) return true;
    explained.set(cause.id, [...(explained.get(cause.id) ?? []), candidate]);
    return false;
  });
  const causes = kept.map((root): Cause => ({ root, effects: explained.get(root.id) ?? [] }));
  return grouped(causes, facts).map(withExplained);
}

/** One finding an id: a second one with the same id becomes detail of the first. */
function merged(findings: readonly Draft[]): Draft[] {
  const byId = new Map<string, Draft>();
  for (const next of findings) {
    const first = byId.get(next.id);
    byId.set(next.id, first ? { ...first, detail: [...first.detail, next.text, ...next.detail] } : next);
  }
  return [...byId.values()];
}

const kindOf = (id: string): string => id.slice(0, id.indexOf(":"));

function explains(cause: Finding, effect: Finding): boolean {
  const [kind, subject] = [kindOf(effect.id), subjectOf(effect.id)];
  const host = subjectOf(cause.id);
  const touches = kind === "bgp" ? subject.split("~").includes(host) : subject === host;
  if (kindOf(cause.id) === "host" && cause.light === "bad") return touches && ["bgp", "felix", "agent", "bird", "clock"].includes(kind);
  if (kindOf(cause.id) === "bird" && cause.light === "bad") return touches && ["bgp", "recovery"].includes(kind);
  if (kindOf(cause.id) === "felix" && cause.light === "bad") return touches && kind === "agent";
  if (kindOf(cause.id) === "etcd" && cause.light === "bad") return ["datastore", "calicoctl", "agent", "ready", "master"].includes(kind);
  return false;
}

const nouns: Readonly<Record<string, string>> = {
  bgp: "BGP session",
  felix: "felix key",
  agent: "Neutron agent",
  datastore: "datastore read",
  calicoctl: "calicoctl answer",
};

function withExplained({ root: draft, effects }: Cause): Finding {
  const { alike: _alike, link: _link, since: _since, ...root } = draft;
  if (effects.length === 0) return root;
  const byKind = groupByKind(effects);
  const parts = [...byKind].map(
    ([kind, of]) =>
      `${count(of.length, nouns[kind] ?? kind)} (${list(
        of.map((effect) => subjectOf(effect.id).replace("~", " - ")).filter((s) => s !== ""),
        4,
      )})`,
  );
  const text = root.id.startsWith("bird:") ? `${root.text}, ${count(effects.length, "session")} with it` : root.text;
  return finding({
    ...root,
    text,
    detail: [...root.detail, `explains: ${parts.join(", ").replaceAll(" ()", "")}`],
    hosts: [...new Set([...root.hosts, ...effects.flatMap((e) => e.hosts)])],
  });
}

function groupByKind(effects: readonly Finding[]): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const effect of effects) groups.set(kindOf(effect.id), [...(groups.get(kindOf(effect.id)) ?? []), effect]);
  return groups;
}
