import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { readName } from "../../../workers/birdc/names.js";
import { readProtocols } from "../../../workers/birdc/protocols.js";
import { birdcQuestion, golden } from "../../support/golden.js";

const daemon = { family: 4 as const, clock: null };
const table = (file: string, pick: { question?: string; host?: string; phase?: string } = {}) => {
  const { question = "show protocols", host, phase } = pick;
  const found = golden(file).find(
    (record) =>
      birdcQuestion(record.argv) === question &&
      (host === undefined || record.host === host) &&
      (phase === undefined || record.phase === phase),
  );
  if (!found) throw new Error(`${file} has no ${question}`);
  return readProtocols(found.stdout, daemon) ?? [];
};
const short = (sessions: ReturnType<typeof table>) =>
  sessions.map(({ protocol, peer, state, bgp, error }) => [protocol, peer, state, bgp, error].join("|"));

describe("show protocols of BIRD 1.6", () => {
  test("gives every kind of session, disabled ones too", () => {
    expect(short(table("birdc/old-sessions.json"))).toEqual([
      "Mesh_192_168_10_12|192.168.10.12|up|Established|",
      "Mesh_192_168_10_13|192.168.10.13|start|Connect|Socket: No route to host",
      "Mesh_192_168_10_14|192.168.10.14|start|Active|Socket: Connection refused",
      "Mesh_192_168_10_10|192.168.10.10|start|Passive|",
      "Global_192_168_10_254|192.168.10.254|up|Established|",
      "Global_192_168_10_250|192.168.10.250|start|Active|Socket: No route to host",
      "Node_192_168_10_251|192.168.10.251|start|Active|Socket: Connection reset by peer",
      "Node_192_168_10_249|192.168.10.249|down||",
      "Node_192_168_10_248|192.168.10.248|start|Connect|",
    ]);
  });

  test("with details has neighbour, AS numbers, prefixes and the last error", () => {
    const sessions = table("host/bgp-wrong-as.json", {
      question: "show protocols all Global_192_168_10_254",
      host: "compute1",
      phase: "after",
    });

    expect(sessions).toEqual([
      expect.objectContaining({
        peer: "192.168.10.254",
        neighborAs: 64999,
        imported: 0,
        lastError: "BGP Error: Bad peer AS",
        established: false,
        naming: "global",
      }),
    ]);
  });

  test("of a disabled session says so, and its far end that it was shut down", () => {
    const here = table("host/bgp-peer-disabled.json", { host: "compute1", phase: "after" });
    const far = table("host/bgp-peer-disabled.json", { host: "compute2", phase: "after" });

    expect(here.find(({ peer }) => peer === "192.168.10.12")).toMatchObject({ disabled: true, state: "down" });
    expect(far.find(({ peer }) => peer === "192.168.10.11")).toMatchObject({
      disabled: false,
      bgp: "Passive",
      error: "Received: Administrative shutdown",
    });
  });

  test("knows sessions that are named by a bare address", () => {
    expect(short(table("host/variant-literal-peer-names.json", { host: "compute1", phase: "after" }))).toEqual([
      "192.168.10.254|192.168.10.254|up|Established|",
      "192.168.10.12|192.168.10.12|up|Established|",
    ]);
  });

  test("of birdc6 gives IPv6 sessions", () => {
    expect(table("birdc/ipv6.json").map(({ peer, family }) => [peer, family])).toEqual([
      ["fd00:192:168:10::12", 6],
      ["fd00:192:168:10::13", 6],
    ]);
  });

  test("on every healthy host finds only Established sessions", () => {
    const records = golden("host/none.json").filter((record) => birdcQuestion(record.argv) === "show protocols all");
    const sessions = records.map((record) => readProtocols(record.stdout, daemon) ?? []);

    expect(records.length).toBeGreaterThanOrEqual(4);
    expect(sessions.every((list) => list.length > 0 && list.every((session) => session.established && session.imported !== null))).toBe(
      true,
    );
  });
});

describe("show protocols of BIRD 2", () => {
  test("reads its other columns, its fractions of seconds and its channels", () => {
    const all = table("host/variant-bird2.json", { question: "show protocols all" });

    expect(all[0]).toMatchObject({
      protocol: "Global_192_168_10_254",
      established: true,
      since: "15:57:56.922",
      neighborAs: 64512,
      localAs: 64512,
      peer: "192.168.10.254",
    });
    expect(table("host/variant-bird2.json").map(({ bgp }) => bgp)).toEqual(["Established", "Passive"]);
  });
});

test.each([
  ["Mesh_192_168_10_12", "mesh", "192.168.10.12"],
  ["Node_10_0_0_1_port_180", "node", "10.0.0.1"],
  ["Global_fd00_192_168_10__12", "global", "fd00:192:168:10::12"],
  ["Local_Workload_10_0_0_9", "local_workload", "10.0.0.9"],
  ["10.0.0.7", "bare", "10.0.0.7"],
  ["N1", "other", null],
])("protocol name %s", (name, naming, address) => {
  expect(readName(name)).toEqual({ naming, address });
});

test("text that is no table is told from an empty one", () => {
  expect(readProtocols("Access denied\n", daemon)).toBeNull();
  expect(readProtocols("BIRD 1.6.8 ready.\nname     proto    table    state  since       info\n", daemon)).toEqual([]);
  expect(readProtocols("name     proto    table    state  since       info\nhalf a row\n", daemon)).toBeNull();
});

test("no text crashes it", () => {
  const lines = fc.array(
    fc.oneof(
      fc.string(),
      fc.constant("name proto table state since info"),
      fc.constant("X_1 BGP master up 10:00:00 Established"),
      fc.string().map((s) => `  ${s}`),
    ),
  );
  fc.assert(fc.property(lines, (list) => void readProtocols(list.join("\n"), daemon)));
});
