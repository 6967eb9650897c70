import { type FailureCode, type FailureError, fail } from "../../src/contract/failure.js";
import { redact } from "../../src/log/redact.js";
import type { Ran } from "../local/run.js";

interface Rule {
  sign: RegExp;
  code: FailureCode;
  hint?: string;
}

/** Its known sentences; versions put different words before them, so they are looked for anywhere. */
const rules: readonly Rule[] = [
  { sign: /No recognized column names/, code: "usage" },
  {
    sign: /endpoint for \S+ service in \S+ region not found|service catalog is empty|endpoint in Service Catalog/i,
    code: "not_found",
    hint: "this cloud, or the region of the config, has no such service",
  },
  {
    sign: /HTTP 401|Could not recognize Fernet token|requires authentication/,
    code: "credentials",
    hint: "Keystone says the same for a wrong password, user, project and domain",
  },
  { sign: /CERTIFICATE_VERIFY_FAILED|SSL exception|suitable TLS CA certificate/, code: "unreachable", hint: "check `openstack.ca`" },
  { sign: /More than one \S+ exists/, code: "ambiguous", hint: "say it by its id; `find NAME` lists them" },
  {
    sign: /HTTP 403|\b403\b.*(?:disallowed|Forbidden)|not authorized to perform/i,
    code: "denied",
    hint: "the bot's OpenStack user lacks a role",
  },
  { sign: /Request to \S+ timed out|timed out/i, code: "timeout" },
  { sign: /Unable to establish connection|Failed to discover available identity versions|Connection refused/, code: "unreachable" },
  { sign: /\b502\b|\b503\b|Bad Gateway|Service Unavailable/, code: "unreachable", hint: "the service behind the proxy does not answer" },
  {
    sign: /No \S+ (?:found for|with a name or ID)|could not be found|HTTP 404|Could not find/i,
    code: "not_found",
    hint: "check the name; `find NAME` looks everywhere",
  },
];

/** Why the `openstack` program gave no answer, by what it printed; 2 is its word for arguments it does not understand. */
export function complaint({ exit, signal, stdout, stderr }: Pick<Ran, "exit" | "signal" | "stdout" | "stderr">): FailureError {
  const said = redact((stderr.trim() === "" ? stdout : stderr).slice(0, 65_536));
  const sentence = said
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("Failed to discover available identity versions"))
    .slice(0, 3)
    .join("; ")
    .slice(0, 500);
  if (exit === 2)
    return fail("internal", `this openstack program does not know these words: ${sentence}`, {
      hint: "the bot allows what this version of the client does not have; look at its version on the worker",
    });
  const rule = rules.find(({ sign }) => sign.test(said));
  const words = sentence === "" ? (exit === null ? `it was ended by ${signal ?? "a signal"}` : `exit code ${exit}, and no word`) : sentence;
  return fail(rule?.code ?? "tool_failed", `openstack: ${words}`, rule?.hint === undefined ? {} : { hint: rule.hint });
}
