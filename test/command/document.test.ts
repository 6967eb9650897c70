import { describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { type Command, onWorker } from "../../src/command/define.js";
import { longestDocument, parted } from "../../src/command/document.js";
import { parseLine } from "../../src/command/parse.js";

const command = (required: boolean) =>
  onWorker({
    summary: "s",
    examples: ["policy preview"],
    args: z.object({ what: z.string().optional().meta({ positional: 0 }) }),
    risk: "read",
    role: "viewer",
    document: { title: "Preview", label: "YAML", required, check: () => null },
    timeout: 1,
    phases: [],
    result: z.string(),
    run: () => Promise.resolve(""),
    render: () => ({ verdict: { light: "ok", text: "" }, sections: [], footer: [], actions: [] }),
  });
const { document: _, ...plain } = command(false);
const commands = new Map<string, Command>([
  ["policy preview", command(false)],
  ["apply", command(true)],
  ["status", plain],
]);

describe("what stands below a line", () => {
  test.each([
    ["policy preview\nkind: Tier\n  a: b", "policy preview", "kind: Tier\n  a: b"],
    ["policy preview ```kind: Tier```", "policy preview ", "kind: Tier"],
    ["policy preview\n```yaml\nkind: Tier\n```\n", "policy preview", "kind: Tier"],
    ["\npolicy preview\r\nselector: a == 'x' &amp;&amp; b &lt; c", "policy preview", "selector: a == 'x' && b < c"],
    ["policy preview\n  \n", "policy preview", null],
    ["policy preview", "policy preview", null],
    ["apply\n```\na: |\n  ```\n  b\n  ```  \n ", "apply", "a: |\n  ```\n  b"],
    ["apply\n``````", "apply", null],
    ["apply\n```yaml\nno end", "apply", "```yaml\nno end"],
  ])("%j", (text, line, document) => {
    expect(parted(text)).toEqual({ line, document });
  });

  test.each([
    ["a fence and blanks", `\`\`\`${" ".repeat(longestDocument)}`],
    ["blanks inside a fence", `\`\`\`\na${" ".repeat(longestDocument)}b\n\`\`\``],
    ["links without an end", "<http://".repeat(longestDocument / 8)],
    ["mentions without an end", "<@".repeat(longestDocument / 2)],
    ["fences", "```".repeat(longestDocument / 3)],
    ["line ends", "\n".repeat(longestDocument)],
  ])("is gone over once, however it is made: %s", (_, below) => {
    const began = performance.now();
    parted(`apply\n${below}`);
    // Going over it again from each place takes ten seconds and more.
    expect(performance.now() - began).toBeLessThan(1000);
  });
});

describe("a command that takes a document", () => {
  test("has it beside its words, and its line does not repeat it", () => {
    expect(parseLine("Policy preview --cluster lab\nkind: Tier", commands)).toMatchObject({
      name: "policy preview",
      document: "kind: Tier",
      cluster: "lab",
      line: "policy preview --cluster lab",
    });
  });

  test("says how to give it where it is missing", () => {
    expect(() => parseLine("policy preview", commands)).toThrow("YAML is missing");
    expect(() => parseLine("apply x", commands)).toThrow("YAML is missing");
    expect(parseLine("policy preview delete-it", commands).document).toBeNull();
  });

  test("takes none that is too long", () => {
    expect(() => parseLine(`apply\n${"x".repeat(longestDocument + 1)}`, commands)).toThrow("262145 bytes");
  });

  test("elsewhere a line break is a blank, as ever", () => {
    expect(parseLine("status\nlab", commands)).toMatchObject({ args: { what: "lab" }, document: null });
  });
});
