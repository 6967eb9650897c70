import type { ChangeRules } from "../cluster/changes.js";
import type { Guard, Severity, Step, Traffic } from "../contract/plan.js";
import { draftOf } from "./wanted.js";

/** What a severity is judged by. */
export interface Weighed {
  steps: readonly Step[];
  guards: readonly Guard[];
  traffic: Pick<Traffic, "losing" | "gaining" | "flags"> | null;
  rules: ChangeRules;
  /** Why this kind of change is of low severity unless the configuration wants more; null = it is not. */
  low: string | null;
}

/** Kinds that act on hosts as such, or on everything. */
const grave: ReadonlySet<string> = new Set(["HostEndpoint", "FelixConfiguration", "IPPool", "BGPConfiguration", "BGPPeer", "Node"]);

/** A change is as severe as the gravest of its reasons. */
export function severityOf(weighed: Weighed): { severity: Severity; because: string[] } {
  const found = reasons(weighed);
  for (const severity of ["high", "medium"] as const) {
    const because = [...new Set(found.flatMap(([of, why]) => (of === severity ? [why] : [])))];
    if (because.length > 0) return { severity, because };
  }
  const { low } = weighed;
  return low === null
    ? { severity: "medium", because: ["no change is low that is not known to be harmless"] }
    : { severity: "low", because: [low] };
}

type Reason = readonly [Severity, string];

const reasons = (weighed: Weighed): Reason[] => [
  ...configured(weighed),
  ...(weighed.low === null ? [...sizes(weighed), ...dangers(weighed)] : []),
];

function configured({ steps, rules }: Weighed): Reason[] {
  return steps.flatMap(({ document }) => {
    const { kind, namespace } = draftOf(JSON.parse(document) as Readonly<Record<string, unknown>>);
    const [byKind, byNamespace] = [rules.kinds[kind], namespace === null ? undefined : rules.namespaces[namespace]];
    return [
      ...(byKind === undefined ? [] : [[byKind, `the configuration wants ${byKind} severity for a ${kind}`] as const]),
      ...(byNamespace === undefined
        ? []
        : [[byNamespace, `the configuration wants ${byNamespace} severity in namespace ${namespace}`] as const]),
    ];
  });
}

function sizes({ traffic, rules }: Weighed): Reason[] {
  if (traffic === null) return [["high", "what it does to traffic is not known"]];
  const of = (verb: string, n: number): Reason[] =>
    n === 0
      ? []
      : [
          [
            n > rules.mediumEndpoints ? "high" : "medium",
            `${n.toLocaleString("en-US")} ${n === 1 ? `endpoint ${verb}s` : `endpoints ${verb}`} something`,
          ],
        ];
  return [...of("lose", traffic.losing), ...of("gain", traffic.gaining)];
}

function dangers({ steps, guards, traffic }: Weighed): Reason[] {
  const kinds = [...new Set(steps.map(({ subject }) => subject.slice(0, subject.indexOf(" "))))];
  return [
    ...kinds.flatMap((kind): Reason[] => (grave.has(kind) ? [["high", `a ${kind} is touched`]] : [])),
    ...(traffic?.flags ?? []).flatMap((flag): Reason[] => (/BGP|etcd|^opens to /.test(flag) ? [["high", `it ${flag}`]] : [])),
    ...guards.flatMap(({ severity, text }): Reason[] => (severity === "more_approvers" ? [["high", text]] : [])),
  ];
}
