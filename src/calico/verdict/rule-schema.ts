import { z } from "zod";

const word = z.union([z.string(), z.number()]);
const texts = z.array(z.string()).nullish();

/** The part of a rule that is about one of the two ends. */
export const EntitySchema = z.looseObject({
  nets: texts,
  notNets: texts,
  selector: z.string().nullish(),
  notSelector: z.string().nullish(),
  namespaceSelector: z.string().nullish(),
  ports: z.array(word).nullish(),
  notPorts: z.array(word).nullish(),
  serviceAccounts: z.looseObject({ names: texts, selector: z.string().nullish() }).nullish(),
});
export type EntitySchema = z.infer<typeof EntitySchema>;

const Icmp = z.looseObject({ type: z.number().nullish(), code: z.number().nullish() });

/** A rule as it is stored. */
export const RuleSchema = z.looseObject({
  action: z.string(),
  ipVersion: z.union([z.literal(4), z.literal(6)]).nullish(),
  protocol: word.nullish(),
  notProtocol: word.nullish(),
  icmp: Icmp.nullish(),
  notICMP: Icmp.nullish(),
  source: EntitySchema.nullish(),
  destination: EntitySchema.nullish(),
});
export type RuleSchema = z.infer<typeof RuleSchema>;

const ruleFields = new Set(["action", "metadata", ...Object.keys(RuleSchema.shape)]);
const entityFields = new Set(Object.keys(EntitySchema.shape));

/** Fields with a value that this model cannot judge: rules for HTTP and services, and whatever a newer Calico has. */
export function unjudged(rule: RuleSchema): string[] {
  const of = (object: object, known: ReadonlySet<string>, path: string): string[] =>
    Object.entries(object).flatMap(([name, value]) => (known.has(name) || isEmpty(value) ? [] : [`${path}${name}`]));
  return [
    ...of(rule, ruleFields, ""),
    ...of(rule.source ?? {}, entityFields, "source."),
    ...of(rule.destination ?? {}, entityFields, "destination."),
  ];
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === false) return true;
  if (typeof value !== "object") return false;
  return Object.values(value).every(isEmpty);
}
