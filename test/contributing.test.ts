import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { expect, test } from "@jest/globals";

const root = resolve(import.meta.dirname, "..");
const page = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
const blocks = [...page.matchAll(/```ts file=(\S+)\n(.*?)```/gs)].map(([, file = "", text = ""]) => ({ file, text }));

test("the two files of CONTRIBUTING, put into a copy, make a command that works", () => {
  const copy = mkdtempSync(join(tmpdir(), "contributing-"));
  try {
    for (const part of ["src", "commands", "package.json", "tsconfig.json", "jest.config.js", "test/support", "test/command"])
      cpSync(join(root, part), join(copy, part), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
    for (const { file, text } of blocks) place(join(copy, file), text);

    const report = run(copy);

    expect(blocks.map(({ file }) => file)).toEqual(["commands/master.ts", "test/commands/master.test.ts"]);
    expect(report).toMatchObject({ success: true, numTotalTestSuites: 2 });
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}, 60_000);

function place(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Its own test, and the one that parses every command's examples. */
function run(copy: string): unknown {
  const jest = join(root, "node_modules/jest/bin/jest.js");
  const tests = ["test/commands/master.test.ts", "test/command/parse.test.ts"].map((file) => join(copy, file));
  const args = [jest, "--rootDir", copy, "--selectProjects", "unit", "--json", "--silent", "--runTestsByPath", ...tests];
  return JSON.parse(
    execFileSync(process.execPath, args, { cwd: copy, encoding: "utf8", timeout: 50_000, stdio: ["ignore", "pipe", "ignore"] }),
  );
}
