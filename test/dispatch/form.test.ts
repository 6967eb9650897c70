import { describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { readDrafts } from "../../src/calico/draft/draft.js";
import { type Command, onWorker } from "../../src/command/define.js";
import { calicoDocument } from "../../src/command/documents.js";
import { fail } from "../../src/contract/failure.js";
import { view } from "../../src/contract/view.js";
import { formFor, takesDocument, wrongIn } from "../../src/dispatch/form.js";

const declared = {
  summary: "s",
  examples: ["apply"],
  args: z.object({ what: z.string().optional().meta({ positional: 0 }) }),
  risk: "read",
  role: "viewer",
  timeout: 1,
  phases: [],
  result: z.string(),
  run: () => Promise.resolve(""),
  render: () => view("ok", ""),
} as const;
const commands = new Map<string, Command>([
  ["apply", onWorker({ ...declared, phases: [], examples: ["apply"], document: calicoDocument("Try a change", true) })],
  ["policy preview", onWorker({ ...declared, phases: [], examples: ["policy preview"], document: calicoDocument("Preview", false) })],
  ["status", onWorker({ ...declared, phases: [], examples: ["status"] })],
]);
const tier = "apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {name: web}\nspec: {order: 5}";

describe("a line whose command takes a document", () => {
  test.each([
    ["apply", true],
    ["apply\nkind: Tier", true],
    ["policy preview --cluster lab", true],
    ["policy preview delete-it", true],
    ["status", false],
    ["apply --nonsense", false],
    ["aply", false],
    ["", false],
  ])("%j: %s", (text, takes) => {
    expect(takesDocument({ commands }, text)).toBe(takes);
  });

  test("opens a form where the document is all that is missing", () => {
    expect(formFor({ commands }, "apply --cluster lab")).toEqual({ title: "Try a change", label: "YAML", line: "apply --cluster lab" });
    expect(formFor({ commands }, "policy preview delete-it")).toBeNull();
    expect(formFor({ commands }, `apply\n${tier}`)).toBeNull();
  });
});

describe("what is wrong with the document", () => {
  test("is told with its place", async () => {
    expect(await wrongIn({ commands }, `apply\n${tier}`)).toBeNull();
    expect(await wrongIn({ commands }, `apply\n${tier.replace("5", "five")}`)).toContain("line 4, column 8: spec.order");
    expect(await wrongIn({ commands }, "status")).toBeNull();
  });

  test("is found by the reader that is given", async () => {
    const read: string[] = [];
    const readDocument = (text: string) => Promise.resolve(readDrafts(read.push(text) > 0 ? "nonsense: [" : ""));
    expect(await wrongIn({ commands, readDocument }, `apply\n${tier}`)).toContain("this is not YAML");
    expect(read).toEqual([tier]);
  });

  test("is also that it takes too long; a reader in trouble leaves it to the worker", async () => {
    const failing = (code: "invalid_manifest" | "busy" | "internal") => () =>
      Promise.reject(fail(code, "the document took longer than 2 s to read"));
    expect(await wrongIn({ commands, readDocument: failing("invalid_manifest") }, `apply\n${tier}`)).toBe(
      "the document took longer than 2 s to read",
    );
    expect(await wrongIn({ commands, readDocument: failing("busy") }, `apply\n${tier}`)).toBeNull();
    expect(await wrongIn({ commands, readDocument: failing("internal") }, `apply\n${tier}`)).toBeNull();
  });
});
