import { describe, expect, test } from "@jest/globals";
import type { Standing } from "../../src/command/desk.js";
import { FailureError } from "../../src/contract/failure.js";
import { targetsOf } from "../../src/dispatch/target.js";
import { tinyCommands } from "../support/way.js";

const commands = tinyCommands({ runs: [], aborted: [] });
const standing = (...clusters: string[]): Standing => ({
  id: "U1",
  name: null,
  roles: ["viewer"],
  clusters,
  channel: "C1",
  detail: "full",
  refusal: null,
});

function said(name: string, cluster: string | null, args: Record<string, unknown> = {}) {
  const command = commands.get(name);
  if (command === undefined) throw new Error(`no ${name}`);
  return { name, command, cluster, args };
}

function failureOf(work: () => unknown) {
  try {
    work();
  } catch (error) {
    if (error instanceof FailureError) return error.failure;
    throw error;
  }
  throw new Error("it did not fail");
}

describe("targetsOf()", () => {
  test.each<[string, string, string | null, string[], string[], string[]]>([
    ["the only cluster is never asked for", "change", null, ["eu1"], [], ["eu1"]],
    ["a command that runs everywhere means all", "ping", null, ["eu1", "eu2", "eu3"], ["eu3", "eu1"], ["eu1", "eu2", "eu3"]],
    ["other commands take the channel's first", "change", null, ["eu1", "eu2"], ["eu2", "eu1"], ["eu2"]],
    ["`all` is all, also those that do not answer in the channel", "change", "all", ["eu1", "eu2"], ["eu1"], ["eu1", "eu2"]],
    ["a name is found whatever its case", "ping", "EU2", ["eu1", "eu2"], ["eu1"], ["eu2"]],
  ])("%s", (_, name, cluster, configured, allowed, expected) => {
    expect(targetsOf(said(name, cluster), configured, standing(...allowed))).toEqual(expected);
  });

  test("a search by name means all, a list only the channel's first", () => {
    const clusters = (what?: string): string[] => targetsOf(said("seek", null, { what }), ["eu1", "eu2", "eu3"], standing("eu2", "eu1"));

    expect(clusters("web-1")).toEqual(["eu1", "eu2", "eu3"]);
    expect(clusters()).toEqual(["eu2"]);
    expect(targetsOf(said("seek", "eu3", { what: "web-1" }), ["eu1", "eu3"], standing("eu1", "eu3"))).toEqual(["eu3"]);
  });

  test("an unknown name offers the nearest that may be asked here, and names no other", () => {
    const near = failureOf(() => targetsOf(said("ping", "berlim"), ["berlin", "berlik", "paris"], standing("berlin")));
    expect(near).toMatchObject({ code: "not_found", hint: "did you mean `--cluster berlin`?" });

    const far = failureOf(() => targetsOf(said("ping", "xxxxxx"), ["berlin", "paris"], standing("berlin")));
    expect(far.hint).toBe("here: berlin; or `--cluster all`");
  });

  test("a place without a default has to name one", () => {
    expect(failureOf(() => targetsOf(said("change", null), ["eu1", "eu2"], standing()))).toMatchObject({ code: "usage" });
  });
});
