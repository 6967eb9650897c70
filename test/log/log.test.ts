import { expect, test } from "@jest/globals";
import { fail } from "../../src/contract/failure.js";
import { createLog } from "../../src/log/log.js";
import { secret } from "../../src/log/redact.js";

function capture(level: "debug" | "info" = "info") {
  const lines: string[] = [];
  const log = createLog({ level, destination: { write: (line: string) => void lines.push(line) } });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? "null") as Record<string, unknown> };
}

test("a line is one JSON object with level, time, fields and message", () => {
  const { log, last } = capture();

  log.info({ cluster: "eu1", ms: 12 }, "asked");

  expect(last()).toMatchObject({ level: "info", cluster: "eu1", ms: 12, msg: "asked" });
  expect(Date.parse(String(last()["time"]))).not.toBeNaN();
});

test("a child carries the request id, and levels below the chosen one are left out", () => {
  const { log, lines, last } = capture();

  log.child({ request: "r-1" }).warn({}, "late");
  log.debug({}, "nothing");

  expect(last()).toMatchObject({ request: "r-1", level: "warn" });
  expect(lines).toHaveLength(1);
});

test("secrets are masked in messages, fields, nested fields, errors, causes and child fields", () => {
  const { log, lines } = capture();
  const leak = "OS_PASSWORD=hunter2secret";

  log.info({}, `ran ${leak}`);
  log.info({ text: leak, deep: { list: [{ text: leak }] } }, "x");
  log.error({ err: new Error(leak, { cause: new Error(leak) }) }, "x");
  log.error({ error: fail("tool_failed", leak) }, "x");
  log.child({ what: leak }).info({}, "x");
  log.info({ password: "short", botToken: "abc" }, "x");

  expect(lines).toHaveLength(6);
  for (const line of lines) {
    expect(line).not.toContain("hunter2secret");
    expect(line).toContain("[secret]");
  }
  expect(lines[5]).not.toContain("short");
});

test("a registered secret does not leave, whatever its shape", () => {
  const { log, last } = capture();
  secret("plain-value-77");

  log.info({ a: ["plain-value-77"], "plain-value-77": 1 }, "see plain-value-77");

  expect(JSON.stringify(last())).not.toContain("plain-value-77");
});

test("errors keep their type, message, stack, code and cause", () => {
  const { log, last } = capture();

  log.error({ err: fail("timeout", "birdc gave no answer", { cause: new Error("inner") }) }, "x");

  expect(last()["err"]).toMatchObject({
    type: "FailureError",
    failure: { code: "timeout", message: "birdc gave no answer" },
    cause: { message: "inner" },
  });
});

test("values that JSON cannot hold, rings and huge texts do not break a line", () => {
  const { log, last } = capture();
  const ring: Record<string, unknown> = { n: 10n };
  ring["self"] = ring;

  log.info({ ring, text: "x".repeat(100_000), buffer: Buffer.from("abc"), map: new Map([["k", 1]]) }, "odd");

  expect(last()).toMatchObject({ msg: "odd", buffer: "[3 bytes]", map: { k: 1 } });
  expect(JSON.stringify(last()).length).toBeLessThan(40_000);
});
