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
    // What a command takes below its line stands in no example.
    const below = command.document?.required === true ? "\n-" : "";
    for (const example of command.examples) expect(parseLine(`${example}${below}`, commands).name).toBe(name);
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
    ["bgp compute7 compute8", "usage", "`compute8` is one word too many", "type `bgp [NODE] [--peer P]`, for example `bgp compute1`"],
    ["bgp rr2 --clustr lab", "usage", "`bgp` knows no `--clustr`", "`--cluster`?; type `bgp [NODE] [--peer P]`, for example `bgp"],
    ["status eu1 --cluster us1", "usage", "`eu1` and `--cluster us1` are two clusters", "type `status [CLUSTER]`"],
    ["bgp --cluster", "usage", "`--cluster` needs a name", "`clusters` lists them"],
    ["bgp --cluster --private", "usage", "`--cluster` needs a name", "`clusters` lists them"],
    ["bgp --cluster eu1 --cluster us1", "usage", "`--cluster eu1` and `--cluster us1` are two clusters", "`clusters` lists them"],
    ["bgp --node", "usage", "`--node` needs a value", "type `bgp [NODE] [--peer P]`"],
    ["bgp a --node b", "usage", "`--node` is given twice", "type `bgp [NODE] [--peer P]`"],
    ["__proto__ x", "unknown_command", "`__proto__` is not a command", "there are: "],
    ["constructor x", "unknown_command", "`constructor` is not a command", "there are: "],
    ["bgp --constructor=x", "usage", "`bgp` knows no `--constructor`", "see `help bgp`"],
    ["raw", "usage", "ID is missing", "type `raw ID`"],
    ["raw XX", "usage", "`XX` is no ID", "type `raw ID`"],
  ])("%j fails as %s and quotes the wrong word", (line, code, message, hint) => {
    const failure = failureOf(line);

    expect(failure).toMatchObject({ code, message: expect.stringContaining(message), hint: expect.stringContaining(hint) });
  });

  test("a mistyped command offers the very line that was meant", () => {
    expect(failureOf("bpg “compute 1” --cluster eu1").choices).toEqual([{ label: "bgp", line: 'bgp "compute 1" --cluster eu1' }]);
  });

  test("may ask for an answer in private; the worker never sees that word", () => {
    expect(parseLine("bgp --private compute1 —cluster eu1", commands)).toMatchObject({
      private: true,
      words: ["compute1"],
      cluster: "eu1",
      line: "bgp compute1 --cluster eu1 --private",
    });
    expect(parseLine("status", commands).private).toBe(false);
  });

  test("with names of the language's own prototypes is a line like any other", () => {
    for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
      expect(parseLine(`bgp ${name} --cluster ${name}`, commands)).toMatchObject({ args: { node: name }, cluster: name });
      expect(parseLine(`bgp ${name}=x`, commands).args).toEqual({ node: `${name}=x` });
    }
    expect(({} as Record<string, unknown>)["node"]).toBeUndefined();
  });

  test("a value with colons stays whole", () => {
    expect(parseLine("bgp fd00::12", commands).args).toEqual({ node: "fd00::12" });
    expect(parseLine("bgp node=fa:16:3e:00:00:01", commands).args).toEqual({ node: "fa:16:3e:00:00:01" });
  });

  test.each([
    ["203.0.113.9", "ip", { address: "203.0.113.9" }],
    ["10.65.0.11/32", "ip", { address: "10.65.0.11" }],
    ["<http://10.65.0.11|10.65.0.11>", "ip", { address: "10.65.0.11" }],
    ["fd00:65::12 --cluster eu1", "ip", { address: "fd00:65::12" }],
    ["4625b777-3d8d-4c98-92b1-acdd56895b86", "find", { word: "4625b777-3d8d-4c98-92b1-acdd56895b86" }],
    ["web-1", "find", { word: "web-1" }],
    ["“my vm 7”", "find", { word: "my vm 7" }],
    ["deny-smtp-out --cluster eu1", "find", { word: "deny-smtp-out" }],
  ])("that is one thing and no command is looked up: %s", (line, name, args) => {
    const said = parseLine(line, commands, ["compute-117"]);

    expect(said).toMatchObject({ name, args, cluster: line.includes("eu1") ? "eu1" : null });
    // The line that repeats it says what was understood.
    expect(parseLine(said.line, commands)).toEqual(said);
  });

  test("that is a host of the config is about that host", () => {
    const meant = commands.has("host") ? "host" : "bgp";

    expect(parseLine("Compute-117", commands, ["compute-117"])).toMatchObject({ name: meant, words: ["compute-117"] });
  });

  test.each(["stauts", "bgpp", "whoam", "statu"])("that is nearly a command is not looked up: %s", (line) => {
    expect(failureOf(line)).toMatchObject({
      code: "unknown_command",
      hint: expect.stringMatching(/^did you mean `\w+`\? `find \w+` looks for a thing of that name$/),
    });
  });

  test.each(["web 1", "-x", "#general", "@U0ALICE01", "/calico", "web --long"])("that is more than a name is no look-up: %s", (line) => {
    expect(failureOf(line).code).toBe("unknown_command");
  });

  test("of any kind never crashes the parser, and what is understood parses the same again", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ maxLength: 300 }),
          fc.string({ maxLength: 60, unit: "binary" }).map((s) => `bgp ${s}`),
          fc
            .array(fc.constantFrom("--cluster", "--private", "—node", "node=", "__proto__", "=", "&amp;", "<http://a|b>", "\u00a0", "lab"))
            .map((parts) => `bgp ${parts.join(" ")}`),
        ),
        (line) => {
          try {
            const first = parseLine(line, commands);
            expect(parseWords(first.command, first.name, first.words)).toEqual(first.args);
            if (!/["'“”„‘’«»]/.test(line)) expect(parseLine(first.line, commands)).toEqual(first);
          } catch (error) {
            expect(error).toBeInstanceOf(FailureError);
          }
        },
      ),
    );
  });
});
