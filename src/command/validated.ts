import type { Ask } from "../cluster/ask.js";
import type { Calicoctl } from "../cluster/calicoctl.js";
import type { Failure } from "../contract/failure.js";
import type { Guard, Step } from "../contract/plan.js";
import { limited } from "../diagnosis/gather.js";

/** Documents are validated one after the other for so long, ms; the rest is not. */
const patience = 8000;

/** What calicoctl itself says of the documents. What it passes may still be refused when it is written. */
export async function validated(calicoctl: Calicoctl | null, steps: readonly Step[], ask: Ask): Promise<Guard[]> {
  const documents = steps.filter(({ action }) => action !== "delete");
  if (calicoctl === null || documents.length === 0)
    return calicoctl === null ? [{ severity: "note", text: "there is no calicoctl here: no document was validated" }] : [];
  const end = Date.now() + patience;
  const guards: Guard[] = [];
  for (const [i, { subject, document }] of documents.entries()) {
    const within = end - Date.now();
    if (within <= 0) return [...guards, unvalidated(documents.length - i, "there was no time left")];
    const said = await limited("calicoctl validate", (part) => calicoctl.validate(document, part), { ask, within });
    if (said.ok) continue;
    if (isRefusal(said.failure)) guards.push({ severity: "blocking", text: `${subject} is refused by calicoctl: ${said.failure.message}` });
    else return [...guards, unvalidated(documents.length - i, said.failure.message)];
  }
  return guards;
}

/** Sentences in which it speaks of the document, and not of itself or its configuration. */
const aboutDocument =
  /failed to validate|error with|not recognized|unknown resource|converting YAML|unmarshal|no resources specified|namespace should|already set|hit error/i;

const isRefusal = ({ code, message }: Failure): boolean =>
  code === "invalid_manifest" || (code === "tool_failed" && aboutDocument.test(message));

const unvalidated = (n: number, why: string): Guard => ({
  severity: "note",
  text: `${n === 1 ? "1 document was" : `${n} documents were`} not validated by calicoctl: ${why}`,
});
