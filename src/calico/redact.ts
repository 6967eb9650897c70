const sensitive = /passw(or)?d|secret|token|private_?key|credential/i;
/** The same inside a text that holds JSON, as annotations that repeat a document do. */
const embedded = /("[^"]*(?:passw(?:or)?d|secret|token|private_?key|credential)[^"]*"\s*:\s*)"(?:[^"\\]|\\.)*"/gi;

/**
 * A copy of an object without the values of fields named like a secret. References (`password.secretKeyRef.name`) stay: they are
 * names, not secrets.
 */
export function redacted(value: unknown, field = ""): unknown {
  // Labels are names that people search by; a security group may well be called "token-service".
  if (field === "labels") return value;
  if (Array.isArray(value)) return value.map((item) => redacted(item, field));
  if (value !== null && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, redacted(inner, name)]));
  if (typeof value === "string") return sensitive.test(field) ? "(redacted)" : value.replace(embedded, '$1"(redacted)"');
  return typeof value === "number" && sensitive.test(field) ? "(redacted)" : value;
}
