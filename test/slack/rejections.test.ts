import { describe, expect, test } from "@jest/globals";
import { webApi } from "@slack/bolt";
import { guardRejections, isOfTheSdk } from "../../src/slack/rejections.js";
import { keptLog } from "./kept-log.js";

describe("the guard against lost failures of the SDK", () => {
  test("knows them from all others", () => {
    expect(isOfTheSdk(undefined)).toBe(true);
    expect(isOfTheSdk(new webApi.WebAPIRequestError(new Error("x")))).toBe(true);
    expect(isOfTheSdk(new Error("x"))).toBe(false);
    expect(isOfTheSdk(Object.assign(new Error("x"), { code: "ECONNRESET" }))).toBe(false);
    expect(isOfTheSdk("slack_")).toBe(false);
    expect(isOfTheSdk(null)).toBe(false);
  });

  test("logs the one and throws the other, until it is taken off", () => {
    const log = keptLog();
    const before = process.listeners("unhandledRejection");
    const off = guardRejections(log);
    const guard = process.listeners("unhandledRejection").find((one) => !before.includes(one));
    const lost = new Error("lost");
    guard?.(undefined, Promise.resolve());
    expect(log.lines).toEqual([{ level: "error", text: "the slack sdk lost a failure", fields: { err: undefined } }]);
    expect(() => guard?.(lost, Promise.resolve())).toThrow(lost);
    off();
    expect(process.listeners("unhandledRejection")).toEqual(before);
  });
});
