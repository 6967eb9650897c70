import { describe, expect, test } from "@jest/globals";
import { normal, normalPort } from "../../src/plan/normal.js";

describe("values that may be written in several ways are compared in one", () => {
  test.each([
    ["90s", "1m30s"],
    ["1h", "1h0m0s"],
    ["60m", "1h0m0s"],
    ["1h1.5s", "1h0m1.5s"],
    ["500ms", "500ms"],
    ["1500us", "1.5ms"],
    ["0s", "0s"],
    ["Always", "Always"],
    ["10", "10"],
  ])("a time %s is %s", (text, said) => {
    expect(normal("reportingInterval", text)).toBe(said);
  });

  test.each([
    ["3.7", 196_615],
    ["64512", 64_512],
    ["none", "none"],
  ])("an AS number %s is %s", (text, said) => {
    expect([normal("asNumber", text), normal("localASNumber", text)]).toEqual([said, said]);
  });

  test.each([
    ["80", 80],
    ["80:80", 80],
    ["80:90", "80:90"],
    ["http", "http"],
    [80, 80],
  ])("a port %s is %s", (port, said) => {
    expect(normalPort(port)).toBe(said);
  });
});
