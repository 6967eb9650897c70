import { readFileSync } from "node:fs";
import { join } from "node:path";
import { arrange } from "./arrange.js";
import { exceptions } from "./exceptions.js";
import { onHost } from "./host.js";
import { masked, type Outcome } from "./masked.js";
import { type Case, casesOf, isRequired } from "./recorded.js";
import { run } from "./run.js";
import { guardedEtcd, keyspace, type Loaded, loadedEtcd, silentPort, type Tls, tlsEtcd } from "./world.js";

/** A recorded case, and what the program under test did. */
export interface Compared {
  /** `file#position`, from 1. */
  id: string;
  recorded: Case;
  expected: Outcome;
  got: Outcome;
  agrees: boolean;
  required: boolean;
  /** Why it need not agree although its command is required. */
  exception: string | undefined;
}

/** Everything that the recordings talk to, by the port that they had. */
export interface Surroundings {
  program: string;
  tls: Tls;
  guarded: Loaded;
  silent: { port: number; stop(): void };
  closed: number;
}

export async function surroundings(program: string): Promise<Surroundings> {
  const [tls, guarded, silent, gone] = await Promise.all([tlsEtcd(), guardedEtcd(), silentPort(), silentPort()]);
  gone.stop();
  return { program, tls, guarded, silent, closed: gone.port };
}

export function leave({ tls, guarded, silent }: Surroundings): void {
  for (const part of [tls, guarded, silent]) part.stop();
}

/** Runs a file's cases one after the other on a keyspace of its own. */
export async function compareFile(file: string, around: Surroundings): Promise<Compared[]> {
  const etcd = await loadedEtcd(keyspace);
  const compared: Compared[] = [];
  const revisions = new Map<string, string>();
  try {
    for (const [i, recorded] of casesOf(file).entries()) {
      await arrange(file, recorded, etcd);
      const got = await outcomeOf({ file, recorded: renumbered(recorded, revisions), etcd }, around);
      learn(revisions, recorded.stdout, got.stdout);
      const [a, b] = [masked(recorded), masked(got)];
      const agrees = a.exitCode === b.exitCode && a.stdout === b.stdout && a.stderr === b.stderr;
      const id = `${file}#${i + 1}`;
      compared.push({ id, recorded, expected: a, got: b, agrees, required: isRequired(recorded), exception: exceptions[id] });
    }
  } finally {
    etcd.stop();
  }
  return compared;
}

const revision = /(resourceVersion"?: ")(\d+)"/g;

/** Which revision of ours stands where a recorded one stood. */
function learn(revisions: Map<string, string>, theirs: string, ours: string): void {
  const own = [...ours.matchAll(revision)];
  for (const [i, [, , recorded = ""]] of [...theirs.matchAll(revision)].entries()) {
    const now = own[i]?.[2];
    if (now !== undefined) revisions.set(recorded, now);
  }
}

/** What is fed back of an earlier output names the revision that this run had there. */
function renumbered(recorded: Case, revisions: ReadonlyMap<string, string>): Case {
  if (recorded.stdin === undefined) return recorded;
  const stdin = recorded.stdin.replace(revision, (_, before: string, theirs: string) => `${before}${revisions.get(theirs) ?? theirs}"`);
  return { ...recorded, stdin };
}

/** Milliseconds after which a case that hung in the recording is taken to hang here too. */
const hanging = 2500;

async function outcomeOf({ file, recorded, etcd }: { file: string; recorded: Case; etcd: Loaded }, around: Surroundings): Promise<Outcome> {
  const [, ...words] = recorded.argv;
  if (words[0] === "node" && words[1] === "status" && !words.includes("--help")) return onHost(around.program, file, recorded);
  const ports = portsOf(etcd, around);
  const env = Object.fromEntries(Object.entries(recorded.env).map(([name, value]) => [name, translate(value, ports)]));
  const files = { ...recorded.files, ...(env["ETCD_CA_CERT_FILE"] || env["ETCD_CERT_FILE"] ? certificates(around.tls.folder) : {}) };
  const outcome = await run({
    argv: [around.program, ...words],
    env,
    stdin: recorded.stdin,
    files: Object.fromEntries(Object.entries(files).map(([name, text]) => [name, translate(text, ports)])),
    deadlineMs: recorded.exitCode === null ? hanging : 15_000,
  });
  const back = ports.map(([theirs, ours]) => [ours, theirs] as const);
  return { exitCode: outcome.exitCode, stdout: translate(outcome.stdout, back), stderr: translate(outcome.stderr, back) };
}

type Ports = readonly (readonly [from: string, to: string])[];

function portsOf(etcd: Loaded, { tls, guarded, silent, closed }: Surroundings): Ports {
  const port = (endpoint: string): string => `:${new URL(endpoint).port}`;
  return [
    [":24917", port(etcd.endpoint)],
    [":24927", port(tls.endpoint)],
    [":24937", port(guarded.endpoint)],
    [":24990", `:${closed}`],
    [":24991", `:${silent.port}`],
  ];
}

function translate(text: string, ports: Ports): string {
  return ports.reduce((changed, [from, to]) => changed.replaceAll(from, to), text);
}

function certificates(folder: string): Record<string, string> {
  const names = ["ca", "otherca", "client", "expired"].flatMap((name) => [`${name}.crt`, `${name}.key`]);
  return Object.fromEntries(names.map((name) => [`tls/${name}`, readFileSync(join(folder, name), "utf8")]));
}
