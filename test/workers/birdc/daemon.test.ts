import { describe, expect, test } from "@jest/globals";
import { readHost } from "../../../workers/birdc/daemon.js";
import { sinceAt } from "../../../workers/birdc/since.js";
import type { Section } from "../../../workers/ssh/marked.js";
import { birdcQuestion, golden } from "../../support/golden.js";

/** The recorded answers of a host as the script would have brought them, with the real exit codes. */
function recorded(file: string, host: string, phase = "after"): Section[] {
  const wanted = ["show protocols all", "show protocols", "show status", "show route count"];
  return golden(file)
    .filter((record) => record.host === host && record.phase === phase && wanted.includes(birdcQuestion(record.argv) ?? ""))
    .map((record) => ({
      title: `4 ${(birdcQuestion(record.argv) ?? "").replace(/^show protocols$/, "show protocols all")}`,
      text: record.stdout + record.stderr,
      exit: record.exitCode ?? -1,
    }));
}

describe("a BIRD that does not answer is told apart", () => {
  test.each([
    ["killed", "host/bird-killed.json", "compute2", "dead"],
    ["stopped in order", "host/rr-bird-stopped.json", "rr1", "stopped"],
    ["hung", "host/bird-hung.json", "compute2", "hung"],
  ])("%s", (_, file, host, how) => {
    const { daemons, silent } = readHost(recorded(file, host));

    expect(daemons).toEqual([]);
    expect(silent).toEqual([expect.objectContaining({ family: 4, how })]);
  });

  test.each([
    ["no birdc", "timeout: failed to run command '/usr/sbin/birdc': No such file or directory", 127, "missing"],
    ["no right to the socket", "Unable to connect to server control socket (/run/bird/bird.ctl): Permission denied", 1, "denied"],
    ["no sudo rule", "sudo: a password is required", 1, "denied"],
    ["nonsense", "hello", 0, "unreadable"],
  ])("%s", (_, text, exit, how) => {
    expect(readHost([{ title: "4 show protocols all", text, exit }]).silent).toEqual([expect.objectContaining({ how })]);
  });
});

test("a healthy host has version, router id and route count", () => {
  const sections = recorded("host/none.json", "compute1", "before").filter(
    (section, i, all) => all.findIndex((other) => other.title === section.title) === i,
  );
  const [daemon] = readHost(sections).daemons;

  expect(daemon).toMatchObject({ family: 4, version: "1.6.8", routerId: "192.168.10.11", recovery: null });
  expect(daemon?.routes?.total).toBeGreaterThan(3);
});

test("recovery after a graceful restart is seen with its time left", () => {
  const header = "BIRD 1.6.8 ready.\nname     proto    table    state  since       info\n";
  const status =
    "Router ID is 10.0.0.1\nGraceful restart recovery in progress\n  Waiting for 2 protocols to recover\n  Wait timer is 231/240\n";
  const [daemon] = readHost([
    { title: "4 show protocols all", text: header, exit: 0 },
    { title: "4 show status", text: status, exit: 0 },
  ]).daemons;

  expect(daemon?.recovery).toEqual({ waitingFor: 2, secondsLeft: 231 });
});

describe("since", () => {
  const clock = { now: Date.UTC(2026, 0, 2, 0, 30, 0), zone: 60 };

  test.each([
    ["01:29:00", Date.UTC(2026, 0, 2, 0, 29, 0)],
    ["23:00:00", Date.UTC(2026, 0, 1, 22, 0, 0)],
    ["01:30:01.500", Date.UTC(2026, 0, 2, 0, 30, 1)],
    ["2025-12-30", Date.UTC(2025, 11, 29, 23, 0, 0)],
    ["soon", null],
  ])("%s in the host's zone", (since, at) => {
    expect(sinceAt(since, clock)).toBe(at);
  });
});
