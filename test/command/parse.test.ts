import { resolve } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Command } from "../../src/command/define.js";
import { loadCommands } from "../../src/command/load.js";
import { parseLine, parseWords } from "../../src/command/parse.js";
import { FailureError, toFailure } from "../../src/contract/failure.js";

let commands: ReadonlyMap<string, Command>;
beforeAll(async () => {
  commands = await loadCommands(resolve(import.meta.dirname, "../../commands"));
});

function failureOf(line: string) {
  try {
    parseLine(line, commands);
  } catch (error) {
    return toFailure(error);
  }
  throw new Error(`${line} was understood`);
}

test("every example of every command is understood as that command", () => {
  for (const [name, command] of commands) {
    expect(command.examples.length).toBeGreaterThan(0);
    for (const example of command.examples) expect(parseLine(example, commands).name).toBe(name);
  }
});

describe("a line", () => {
  test("that is empty asks for the status of everything", () => {
    expect(parseLine("  ", commands)).toMatchObject({ name: "status", cluster: null, line: "status" });
  });

  test("takes -n for --namespace where a command says so, and says it again as it was typed", () => {
    const typed = parseLine("get np web -n openstack", commands);

    expect(typed).toMatchObject({ args: { kind: "np", name: "web", namespace: "openstack" }, line: "get np web -n openstack" });
    expect(parseLine("get -n openstack np", commands).args).toEqual({ kind: "np", namespace: "openstack" });
    expect(() => parseLine("get np -n", commands)).toThrow("`-n` needs a value");
  });

  test("may name the cluster as a word or as a flag, and says it again", () => {
    expect(parseLine("status eu1", commands)).toMatchObject({ cluster: "eu1", words: ["eu1"], line: "status eu1" });
    expect(parseLine("bgp compute1 --cluster eu1", commands)).toMatchObject({
      cluster: "eu1",
      args: { node: "compute1" },
      words: ["compute1"],
      line: "bgp compute1 --cluster eu1",
    });
    expect(parseLine("bgp cluster=eu1", commands).cluster).toBe("eu1");
  });

  test("asking for --help is help about that command", () => {
    expect(parseLine("bgp --help", commands)).toMatchObject({ name: "help", args: { command: "bgp" } });
  });

  test.each([
    ["stauts", "unknown_command", "`stauts` is not a command", "did you mean `status`?"],
    ["bgp --zone x", "usage", "`bgp` knows no `--zone`", "see `help bgp`"],
    ["bgp --peers x", "usage", "`bgp` knows no `--peers`", "did you mean `--peer`?"],
    ["bgp --clustr x", "usage", "`bgp` knows no `--clustr`", "did you mean `--cluster`?"],
    ["bgp a b", "usage", "`b` is one word too many", "type `bgp [NODE] [--peer P]`, for example `bgp`"],
    ["status eu1 --cluster us1", "usage", "`eu1` and `--cluster us1` are two clusters", "type `status [CLUSTER]`"],
    ["bgp --cluster", "usage", "`--cluster` needs a name", "`clusters` lists them"],
    ["raw", "usage", "ID is missing", "type `raw ID`"],
    ["raw XX", "usage", "`XX` is no ID", "type `raw ID`"],
  ])("%j fails as %s and quotes the wrong word", (line, code, message, hint) => {
    const failure = failureOf(line);

    expect(failure).toMatchObject({ code, message: expect.stringContaining(message), hint: expect.stringContaining(hint) });
  });

  test("a value with colons stays whole", () => {
    expect(parseLine("bgp fd00::12", commands).args).toEqual({ node: "fd00::12" });
    expect(parseLine("bgp node=fa:16:3e:00:00:01", commands).args).toEqual({ node: "fa:16:3e:00:00:01" });
  });

  test("of any kind never crashes the parser, and what is understood parses the same again", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ maxLength: 300 }),
          fc.string({ maxLength: 60 }).map((s) => `bgp ${s}`),
        ),
        (line) => {
          try {
            const first = parseLine(line, commands);
            expect(parseWords(first.command, first.name, first.words)).toEqual(first.args);
          } catch (error) {
            expect(error).toBeInstanceOf(FailureError);
          }
        },
      ),
    );
  });
});
