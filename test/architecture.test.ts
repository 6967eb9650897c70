import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { roomOf, type Sources, violations } from "./architecture/check.js";
import { parseSource } from "./architecture/imports.js";
import { table } from "./architecture/table.js";

const root = resolve(import.meta.dirname, "..");

function sourcesOf(...folders: string[]): Map<string, string> {
  const files = folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((file) => join(root, folder, file)));
  const sources = files.filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"));
  return new Map(sources.map((file) => [relative(root, file), readFileSync(file, "utf8")]));
}

const product = sourcesOf("src", "commands", "workers", "lab", "bench");

describe("the import table", () => {
  test("looked at every room that it names", () => {
    const rooms = new Set([...product.keys()].map(roomOf));

    expect(product.size).toBeGreaterThan(40);
    for (const parent of ["src", "workers"])
      for (const entry of readdirSync(join(root, parent), { withFileTypes: true }))
        if (entry.isDirectory()) expect(rooms).toContain(`${parent}/${entry.name}`);
    expect(rooms).toContain("commands");
    expect(rooms).toContain("lab");
    expect(Object.keys(table)).toEqual(expect.arrayContaining([...rooms].filter((room) => room !== null && !room.endsWith(".ts"))));
  });

  test("holds, with the budgets of files and functions, and without cycles", () => {
    expect(violations(product)).toEqual([]);
  });
});

describe("a seeded violation is found", () => {
  const before = new Set(violations(product));
  const added = (sources: Sources): string[] => violations(sources).filter((violation) => !before.has(violation));
  const seeded = (file: string, text: string): string[] => added(new Map([...product, [file, text]]));

  test.each([
    ["src/contract/seed.ts", 'import { words } from "../command/words.js"; words("");', "src/contract may not reach src/command"],
    ["commands/seed.ts", 'import { open } from "node:fs"; open;', "commands does no I/O"],
    ["src/dispatch/seed.ts", 'const r = require("ioredis"); r;', "imports package ioredis"],
    ["src/dispatch/seed.ts", 'export type R = import("bullmq").Job;', "imports package bullmq"],
    ["workers/birdc/seed.ts", 'await import("ssh2");', "imports package ssh2"],
    ["src/contract/seed.ts", 'import type { Log } from "../log/log.js"; export type L = Log;', "src/contract may not reach src/log"],
    ["src/contract/seed.ts", 'export { words } from "../command/words.js";', "src/contract may not reach src/command"],
    ["src/access/seed.ts", 'export type S = import("../slack/settings.js").SlackSettings;', "src/access may not reach src/slack"],
    ["src/queue/seed.ts", 'import r = require("ioredis"); r;', "imports package ioredis"],
    ["src/slack/seed.ts", "await import(`bullmq`);", "not a literal"],
    ["src/slack/seed.ts", 'import { createRequire } from "node:module"; createRequire("");', "could import anything unseen"],
    ["src/dispatch/seed.ts", 'import { x } from "../../lab/site.js"; x;', "src/dispatch may not reach lab"],
    ["src/slack/seed.ts", "export const token = process.env.TOKEN;", "reads process.env"],
    ["src/slack/seed.ts", 'export const token = process["env"];', "reads process.env"],
    ["workers/etcd/seed.ts", "const { env } = process; env;", "reads process.env"],
    ["workers/etcd/seed.ts", 'import { env } from "node:process"; env;', "reads process.env"],
    ["src/text/seed.ts", 'import { root } from "../../bench/record.js"; root;', "src/text may not reach bench"],
    ["bench/seed.ts", "export const five = (a: 1, b: 1, c: 1, d: 1, e: 1) => [a, b, c, d, e];", "takes 5 parameters"],
    ["src/text/seed.ts", 'const x = "y"; await import(x);', "not a literal"],
    ["src/text/seed.ts", 'export * from "./nothing.js";', "which is not there"],
    ["src/nowhere/seed.ts", "export const x = 1;", "in no room"],
    ["src/log/seed.ts", `export const x = 1;\n${"// line\n".repeat(320)}`, "lines, over 300"],
    ["src/log/seed.ts", `export function long() {\n${"  void 0;\n".repeat(70)}}\n`, "long has 72 lines"],
    ["src/log/seed.ts", "export const five = (a: 1, b: 1, c: 1, d: 1, e: 1) => [a, b, c, d, e];", "takes 5 parameters"],
  ])("%s imports what it may not, or is too big (%#)", (file, text, message) => {
    expect(seeded(file, text)).toEqual([expect.stringContaining(message)]);
  });

  test("a cycle", () => {
    const sources = new Map([...product, ["src/log/a.ts", 'import "./b.js";'], ["src/log/b.ts", 'import "./a.js";']]);

    expect(added(sources)).toEqual([expect.stringContaining("import cycle: src/log/a.ts -> src/log/b.ts -> src/log/a.ts")]);
  });
});

test("function lengths are counted right, also behind wide characters", () => {
  const text = 'export const é = "→→→";\nexport function two(): number {\n  return 1;\n}\n// tail ü\n';

  expect(parseSource("x.ts", text).functions).toEqual([{ name: "two", lines: 3, params: 0 }]);
});
