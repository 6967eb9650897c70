import { randomBytes } from "node:crypto";
import { cpSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { RunResult } from "../hosts/run.js";
import type { Site } from "../hosts/site.js";
import { pause } from "../hosts/state.js";
import { configuration, keystoneUrl, neutronUrl } from "./configuration.js";

/** Keystone and Neutron as Debian packages them, on the site's segment. */
export interface Plane {
  dir: string;
  authUrl: string;
  passwords: Passwords;
}

/** Of the administrator, of Neutron's own user, of the bot, and of somebody without a say. */
export interface Passwords {
  admin: string;
  neutron: string;
  chatops: string;
  member: string;
}

export interface Preparing {
  /** Seconds; Neutron's own default is 75. */
  agentDownTime?: number;
}

/** Debian's interpreter: another one does not see the packages. */
export const python = "/usr/bin/python3";

/** Makes databases and keys, starts both servers, and returns when both answer. */
export async function startPlane(site: Site, { agentDownTime = 8 }: Preparing = {}): Promise<Plane> {
  const dir = join(site.dir, "openstack");
  const plane = { dir, authUrl: keystoneUrl, passwords: passwordsIn(dir) };
  const files = configuration({ dir, neutronPassword: plane.passwords.neutron, agentDownTime });
  for (const [path, text] of Object.entries(files)) put(join(dir, path), text);
  for (const who of ["chatops", "member"] as const) put(join(dir, `${who}.password`), plane.passwords[who]);
  cpSync(join(import.meta.dirname, "mechanism.py"), join(dir, "python/mechanism.py"));
  for (const folder of ["db/lock", "log"]) mkdirSync(join(dir, folder), { recursive: true });
  makeKeys(dir);
  await Promise.all([startKeystone(site, plane), startNeutron(site, plane)]);
  return plane;
}

/** The passwords of the plane in this folder; made at first use and good for nothing else. */
function passwordsIn(dir: string): Passwords {
  const file = join(dir, "passwords.json");
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as Passwords;
  const made = () => randomBytes(18).toString("base64url");
  const passwords = { admin: made(), neutron: made(), chatops: made(), member: made() };
  put(file, JSON.stringify(passwords));
  return passwords;
}

function put(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, text, { mode: 0o600 });
}

/** What `fernet_setup` and `credential_setup` write, without their seconds of start-up. */
function makeKeys(dir: string): void {
  for (const repository of ["fernet-keys", "credential-keys"])
    for (const name of ["0", "1"])
      put(join(dir, "etc", repository, name), randomBytes(32).toString("base64").replaceAll("+", "-").replaceAll("/", "_"));
}

async function startKeystone(site: Site, { dir, passwords }: Plane): Promise<void> {
  const manage = ["keystone-manage", "--config-file", join(dir, "etc/keystone.conf")];
  await must(site, [python, join(import.meta.dirname, "schema.py"), join(dir, "db/keystone.db")]);
  await must(site, [...manage, "db_sync"]);
  const urls = ["admin", "internal", "public"].flatMap((kind) => [`--bootstrap-${kind}-url`, keystoneUrl]);
  const names = { username: "admin", "project-name": "admin", "role-name": "admin", "service-name": "keystone", "region-id": "RegionOne" };
  const words = Object.entries(names).flatMap(([name, value]) => [`--bootstrap-${name}`, value]);
  await must(site, ["env", `OS_BOOTSTRAP_PASSWORD=${passwords.admin}`, ...manage, "bootstrap", ...words, ...urls]);
  launch({ site, dir, name: "keystone" }, ["uwsgi", "--ini", join(dir, "etc/uwsgi.ini")]);
  await answers(site, { name: "keystone", url: keystoneUrl, dir });
}

async function startNeutron(site: Site, { dir }: Plane): Promise<void> {
  await must(site, [python, join(import.meta.dirname, "schema.py"), join(dir, "db/neutron.db"), "neutron"]);
  const server = ["neutron-server", "--config-file", join(dir, "etc/neutron.conf")];
  launch({ site, dir, name: "neutron" }, ["env", `PYTHONPATH=${join(dir, "python")}`, ...server]);
  await answers(site, { name: "neutron", url: `${neutronUrl}/`, dir });
}

interface Server {
  name: string;
  url: string;
  dir: string;
}

function launch({ site, dir, name }: { site: Site; dir: string; name: string }, argv: readonly string[]): void {
  const log = openSync(join(dir, "log", `${name}.log`), "a");
  site.launch(argv, { stdio: ["ignore", log, log] });
}

const patience = 90_000;

async function answers(site: Site, { name, url, dir }: Server): Promise<void> {
  const end = Date.now() + patience;
  for (;;) {
    const { code } = await site.run(["curl", "-sf", "-o", "/dev/null", "--max-time", "5", url], { timeoutMs: 8000 });
    if (code === 0) return;
    if (Date.now() > end) throw new Error(`${name} does not answer after ${patience / 1000} s: ${tail(join(dir, "log", `${name}.log`))}`);
    await pause(250);
  }
}

const tail = (file: string): string => readFileSync(file, "utf8").trimEnd().split("\n").slice(-5).join("\n");

async function must(site: Site, argv: readonly string[]): Promise<RunResult> {
  const result = await site.run(argv, { timeoutMs: patience });
  if (result.code !== 0) {
    const words = argv.filter((word) => !word.includes("PASSWORD")).slice(0, 6);
    throw new Error(`${words.join(" ")} ended with ${result.code}: ${result.stderr.trimEnd().slice(-800)}`);
  }
  return result;
}
