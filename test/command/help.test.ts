import { resolve } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import type { Command } from "../../src/command/define.js";
import { onBot } from "../../src/command/define.js";
import { about, everything, overview } from "../../src/command/help.js";
import { loadCommands } from "../../src/command/load.js";
import { parseLine } from "../../src/command/parse.js";
import type { View } from "../../src/contract/view.js";
import { view } from "../../src/contract/view.js";
import { toMessage } from "../../src/slack/blocks/message.js";

let commands: ReadonlyMap<string, Command>;
beforeAll(async () => {
  commands = await loadCommands(resolve(import.meta.dirname, "../../commands"));
});

const texts = (page: View): string[] =>
  page.sections.flatMap((section) => (section.kind === "lines" ? section.lines.map(({ text }) => text) : []));

describe("the first page of help", () => {
  test("begins with what is typed at night, in that order, and names every other command once", () => {
    const change = onBot({
      summary: "cuts a source off",
      examples: ["cut"],
      args: z.object({}),
      risk: "change",
      role: "operator",
      run: async () => view("ok", ""),
    });
    const more = new Map([["block", change], ["why", change], ...commands]);
    const lines = texts(overview(more));

    expect(lines.slice(0, 4).map((text) => text.slice(0, 12))).toEqual([
      "nothing at a",
      "`status [CLU",
      expect.stringMatching(/^`/),
      expect.stringMatching(/^`/),
    ]);
    expect(lines.findIndex((text) => text.startsWith("`why"))).toBeLessThan(lines.findIndex((text) => text.startsWith("`block")));
    for (const name of more.keys()) expect(lines.filter((text) => new RegExp(`\`${name}[\` ]`).test(text))).toHaveLength(1);
  });

  test("is at most ten lines, whatever the bot learns, and all its buttons are lines that it understands", () => {
    const page = overview(commands);

    expect(texts(page).length).toBeLessThanOrEqual(10);
    expect(page.actions.map(({ line }) => parseLine(line, commands).name)).toEqual(["status", "help"]);
    expect(page.footer.join()).toContain("--private");
  });
});

test("`help all` has every command with its usage, those that change something apart", () => {
  const change = onBot({
    summary: "cuts a source off",
    examples: ["cut"],
    args: z.object({}),
    risk: "change",
    role: "operator",
    run: async () => view("ok", ""),
  });
  const page = everything(new Map([["cut", change], ...commands]));
  const titles = page.sections.map(({ title }) => title);

  expect(titles).toEqual(["they only read", "they change something and ask for approval"]);
  expect(texts(page)).toHaveLength(commands.size + 1);
  expect(toMessage(page, { command: "/calico", asText: () => "" }).file).toBeNull();
});

test("help about each command has its usage, its words and examples that can be typed", () => {
  for (const [name, command] of commands) {
    const page = about(name, command);
    const examples = page.sections.find(({ title }) => title === "examples");
    const lines = examples?.kind === "lines" ? examples.lines.map(({ text }) => text.replaceAll("`", "")) : [];
    expect(page.verdict.text.startsWith(name)).toBe(true);
    // What a command takes below its line stands in no example.
    const typed = lines.map((line) => (command.document?.required === true ? `${line}\n-` : line));
    expect(typed.map((line) => parseLine(line, commands).name)).toEqual(command.examples.map(() => name));
  }
});
