// Makes a fresh machine ready, with nothing but Node itself: Debian packages and node_modules.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "..");

/** Says in one sentence why the lab cannot run here, or null. */
export function unsupported() {
  if (process.platform !== "linux")
    return "the lab needs Linux (network namespaces); on other systems run it in a Debian 12 virtual machine";
  if (Number(process.versions.node.split(".")[0]) < 20) return `Node 20 or newer is needed, this is ${process.versions.node}`;
  if (process.getuid() !== 0) return "the lab needs root: it makes network namespaces and starts systemd, sshd and BIRD inside them";
  return null;
}

/** Debian packages of the lab that are not here yet. `skip` leaves some out (Chromium, which only tests need). */
export function missingPackages(skip = []) {
  const packages = JSON.parse(readFileSync(join(root, "lab/packages.json"), "utf8"));
  return Object.entries(packages)
    .filter(([name, { program }]) => !skip.includes(name) && !existsSync(program))
    .map(([name]) => name);
}

/** Installs what is missing; no daemon is started by the installation. Ends the process with a clear line where it cannot. */
export function ensurePackages(skip = []) {
  const missing = missingPackages(skip);
  if (missing.length === 0) return;
  if (!existsSync("/usr/bin/apt-get")) end(`these Debian packages are missing and there is no apt-get: ${missing.join(" ")}`);
  process.stdout.write(`installing ${missing.join(" ")}\n`);
  withoutDaemons(() => {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const apt = (...args) =>
      spawnSync("apt-get", ["-q", "-o", "DPkg::Lock::Timeout=600", ...args], { env, stdio: ["ignore", "ignore", "inherit"] }).status;
    apt("update");
    if (apt("-y", "install", "--no-install-recommends", ...missing) !== 0) end(`apt-get could not install: ${missing.join(" ")}`);
  });
  const still = missingPackages(skip);
  if (still.length > 0) end(`still missing after the installation: ${still.join(" ")}`);
}

/** While packages are installed, init scripts may start nothing; a policy that is there already is left alone. */
function withoutDaemons(work) {
  const policy = "/usr/sbin/policy-rc.d";
  const ours = !existsSync(policy);
  if (ours) writeFileSync(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    work();
  } finally {
    if (ours) rmSync(policy, { force: true });
  }
}

/** `npm ci` when node_modules is missing or older than the lock file. */
export function ensureModules() {
  const stamp = join(root, "node_modules/.package-lock.json");
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= statSync(join(root, "package-lock.json")).mtimeMs) return;
  process.stdout.write("installing node modules\n");
  const npm = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (npm.status !== 0) end("npm ci failed");
}

export function end(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
