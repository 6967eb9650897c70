import { z } from "zod";
import type { Model } from "../../calico/verdict/model.js";
import { Finding } from "../finding.js";
import { type KnownGroups, type Near, policiesCalled, unknownPolicy } from "./find-policy.js";
import { Note } from "./scope-lint.js";
import { findingId } from "./selected.js";
import { type Linted, lintSnapshot } from "./snapshot.js";

/** Findings that are sent; the worst come first. */
const mostSent = 100;

/** What is wrong with the policies of a cluster, or with one. */
export const LintAnswer = z.object({
  cluster: z.string(),
  revision: z.number(),
  at: z.number(),
  /** Null = all of them. */
  name: z.string().nullable(),
  people: z.number(),
  groups: z.number(),
  /** How many there are; `findings` holds the first of them. */
  count: z.number(),
  findings: z.array(Finding),
  notes: z.array(Note),
});
export type LintAnswer = z.infer<typeof LintAnswer>;

interface Asked {
  cluster: string;
  region: string;
  revision: number;
  at: number;
  name: string | null;
  groups: KnownGroups;
  near: Near;
}

export async function lintAnswer(model: Model, asked: Asked): Promise<LintAnswer> {
  const { cluster, revision, at, name } = asked;
  const linted = await lintSnapshot(model, asked.region);
  const { findings, notes } = name === null ? linted : narrowed(model, linted, { ...asked, name });
  const { people, groups } = linted;
  const sent = { findings: findings.slice(0, mostSent), notes: notes.slice(0, mostSent) };
  return { cluster, revision, at, name, people, groups, count: findings.length, ...sent };
}

/** What is said about the policies of a name and the tiers that they are in. Throws `not_found`. */
export function narrowed(
  model: Model,
  { findings, notes }: Pick<Linted, "findings" | "notes">,
  { name, groups, near }: Pick<Asked, "groups" | "near"> & { name: string },
): Pick<Linted, "findings" | "notes"> {
  const policies = policiesCalled(model, name, groups).map(({ policy }) => policy);
  const ids = new Set(policies.flatMap((policy) => [findingId(policy), `tier:${policy.tier}`]));
  // Objects that cannot even be placed are no policies of the model.
  const lost = ({ id }: Finding): boolean => id.startsWith("object:") && id.split(/[:/ ]/).includes(name);
  const keys = ({ id, text }: Finding): boolean => id === "keys:" && policies.some((policy) => text.includes(policy.name));
  const found = findings.filter((one) => ids.has(one.id) || lost(one) || keys(one));
  if (policies.length === 0 && found.length === 0) throw unknownPolicy(model, name, { near, groups, command: "policy lint" });
  return { findings: found, notes: notes.filter(({ id }) => ids.has(id)) };
}
