// `npm test`: sets the machine up, then checks everything. Needs nothing but Node to start.
// Ends with one line "N passed, N failed", which counts the tests of all suites and every check as one.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { end, ensureModules, ensurePackages, root, unsupported } from "../lab/setup.mjs";

const why = unsupported();
if (why !== null) end(why);
ensurePackages();
ensureModules();

const scratch = mkdtempSync(join(tmpdir(), "calico-chatops-test-"));
const total = { passed: 0, failed: 0 };
const bin = (name) => join(root, "node_modules/.bin", name);

function run(command, args) {
  return spawnSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] }).status === 0;
}

function check(name, command, args) {
  const began = Date.now();
  const ok = run(command, args);
  total[ok ? "passed" : "failed"]++;
  process.stdout.write(`${ok ? "ok  " : "FAIL"} ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)\n`);
}

/** A jest suite counts by its tests; one that could not even start, or ran none, is a failure. */
function suite(name, options = []) {
  const report = join(scratch, `${name}.json`);
  const ok = run(process.execPath, [bin("jest"), "--selectProjects", name, "--forceExit", "--json", `--outputFile=${report}`, ...options]);
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites } = JSON.parse(readFileSync(report, "utf8"));
    total.passed += numPassedTests;
    total.failed += numFailedTests + numPendingTests;
    if (numPassedTests === 0 || (!ok && numFailedTests === 0) || (numFailedTestSuites > 0 && numFailedTests === 0)) total.failed++;
    process.stdout.write(
      `${ok ? "ok  " : "FAIL"} ${name}: ${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped\n`,
    );
  } catch {
    total.failed++;
    process.stdout.write(`FAIL ${name}: no report\n`);
  }
}

const only = process.argv.slice(2);
const wanted = (name) => only.length === 0 || only.includes(name);
if (wanted("types")) check("types", bin("tsc"), ["-p", "."]);
if (wanted("build")) check("build", bin("tsc"), ["-p", "tsconfig.build.json"]);
if (wanted("lint")) check("lint", bin("oxlint"), ["--type-aware", "--deny-warnings", "."]);
if (wanted("format")) check("format", bin("biome"), ["ci", "--colors=off", "--reporter=summary", "."]);
if (wanted("unused")) check("unused", bin("knip"), ["--no-progress"]);
if (wanted("starts")) check("the built program starts", process.execPath, ["dist/src/cli.js", "--version"]);
if (wanted("unit")) suite("unit");
if (wanted("lab")) suite("lab", ["--runInBand"]);
rmSync(scratch, { recursive: true, force: true });
process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
