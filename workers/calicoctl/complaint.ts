import { type FailureError, fail } from "../../src/contract/failure.js";
import { redact } from "../../src/log/redact.js";

/** What a run said, whichever stream it took for it. */
export interface Said {
  exit: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
}

interface Rule {
  sign: RegExp;
  failure(match: RegExpExecArray): FailureError;
}

const credentialsHint = "check user, password and certificate under `etcd` of the worker, and the rights of that user in etcd";

/** Its known sentences, the most telling first. Exit codes are only 0, 1 and 2 and tell nothing of this. */
const rules: readonly Rule[] = [
  {
    sign: /version mismatch\.\s+Client Version:\s+(\S+)\s+Cluster Version:\s+(\S+)/,
    failure: ([, client, cluster]) =>
      fail(
        "tool_failed",
        `version mismatch: calicoctl is ${client}, the cluster says ${cluster}, so calicoctl refuses to ask the datastore`,
        {
          hint: `install calicoctl ${cluster} on the worker`,
        },
      ),
  },
  {
    sign: /etcdserver: (permission denied|authentication failed[^\n]*|user name is empty|invalid auth token)/,
    failure: ([, what]) => fail("credentials", `etcd refused calicoctl: ${what}`, { hint: credentialsHint }),
  },
  {
    sign: /could not initialize etcdv3 client: (tls: [^\n]*)/,
    failure: ([, what]) => fail("credentials", `calicoctl cannot use etcd's certificate and key: ${what}`, { hint: credentialsHint }),
  },
  {
    sign: /^resource does not exist: (\w+)\(([^\n]*?)\)(?: with error|$)/m,
    failure: ([, kind, name = ""]) =>
      fail("not_found", `there is no ${kind} ${name}`, {
        hint: name.startsWith("default/")
          ? "check the name; without a namespace calicoctl looks into `default`, Neutron's objects are in `openstack`"
          : "check the name",
      }),
  },
  {
    sign: /update conflict: (\w+)\(([^\n)]*)\)/,
    failure: ([, kind, name]) =>
      fail("conflict", `${kind} ${name} was changed by somebody else since it was read`, { hint: "look again, then decide" }),
  },
  {
    sign: /resource already exists: (\w+)\(([^\n)]*)\)/,
    failure: ([, kind, name]) => fail("conflict", `${kind} ${name} is there already`, { hint: "look again, then decide" }),
  },
  {
    sign: /unknown command: "?validate|Unknown command.*validate/i,
    failure: () => fail("tool_missing", "this calicoctl has no `validate`", { hint: "it has one from v3.31 on" }),
  },
  {
    sign: /resource type '([^\n]*)' is not supported/,
    failure: ([, kind]) =>
      fail("not_found", `calicoctl knows no kind \`${kind}\``, {
        hint: "kinds are, for instance, node, ippool, np, gnp, bgppeer, wep, tier",
      }),
  },
  {
    sign: /^(\w+) is not namespaced$/m,
    failure: ([, kind]) => fail("usage", `${kind} is not namespaced`, { hint: "leave the namespace out" }),
  },
  {
    sign: /^Need super user privileges/m,
    failure: () =>
      fail("credentials", "calicoctl node status needs root on the host and did not have it", {
        hint: "set `ssh.prefix` to `[sudo, -n]` and allow `timeout -k 1 N calicoctl node status` in sudoers",
      }),
  },
];

/** Why calicoctl did not answer, in a failure whose words are its own where no better ones are known. */
export function complaint(said: Said): FailureError {
  const text = redact(head(said));
  for (const { sign, failure } of rules) {
    const match = sign.exec(text);
    if (match) return failure(match);
  }
  return fail("tool_failed", `calicoctl failed: ${sentence(said) ?? silence(said)}`);
}

/** The first line of a Go panic; null = it did not crash. */
export function crash(said: Said): string | null {
  const text = head(said);
  const first = /^(?:panic|fatal error|runtime error): [^\n]*/m.exec(text)?.[0];
  if (first === undefined || !/^goroutine \d+ \[/m.test(text)) return null;
  return redact(first).slice(0, 300);
}

/** Complaints are short; what is long is an answer. */
const looked = 65_536;
const head = ({ stdout, stderr }: Said): string => `${stderr.slice(0, looked)}\n${stdout.slice(0, looked)}`;

/** Lines that are about something else: the log of etcd's client, the versions, and an advice that is bad here. */
const noise =
  /^(?:\{"level":.*|(?:Client Version|Git commit|Cluster Version|Cluster Type):.*|Use --allow-version-mismatch to override|null|\s*)$/;

/** What it said, from the stream that says something; null = nothing. */
export function sentence({ stdout, stderr }: Pick<Said, "stdout" | "stderr">): string | null {
  const told = [stderr, stdout].map((text) =>
    text
      .slice(0, looked)
      .split("\n")
      .filter((line) => !noise.test(line))
      .map((line) => line.trim())
      .slice(0, 4)
      .join("; "),
  );
  const found = told.find((text) => text !== "");
  return found === undefined ? null : redact(found).slice(0, 500);
}

const silence = ({ exit, signal }: Said): string =>
  exit === null ? `it was killed by ${signal ?? "a signal"}` : `it ended with exit code ${exit} and said nothing`;
