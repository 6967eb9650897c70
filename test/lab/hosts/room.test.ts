import { watch } from "node:fs";
import { tmpdir } from "node:os";
import { expect, test } from "@jest/globals";
import { ensureRoom, tooMany } from "../../../lab/hosts/room.js";

test("more hosts than the kernel has inotify instances for are refused with the setting that mends it", () => {
  expect(tooMany(64, { limit: 128, used: 0 })).toBe(
    "64 hosts need fs.inotify.max_user_instances=200, here it is 128: `sysctl -w fs.inotify.max_user_instances=200`, or take at most 40 hosts",
  );
  expect(tooMany(41, { limit: 128, used: 0 })).not.toBeNull();
});

test("those that are taken already, by another lab for example, count", () => {
  expect(tooMany(40, { limit: 128, used: 12 })).toBe(
    "40 hosts need fs.inotify.max_user_instances=140, here it is 128, of which 12 are taken: " +
      "`sysctl -w fs.inotify.max_user_instances=140`, or take at most 36 hosts",
  );
  expect(tooMany(4, { limit: 128, used: 200 })).toContain("at most 0 hosts");
});

test("hosts that fit are not refused", () => {
  expect(tooMany(40, { limit: 128, used: 0 })).toBeNull();
  expect(tooMany(64, { limit: 200, used: 0 })).toBeNull();
});

test("what is taken is counted on the machine as it is", () => {
  const taken = (): number => {
    try {
      ensureRoom(1_000_000);
    } catch (error) {
      return Number(/of which (\d+) are taken/.exec(String(error))?.[1] ?? 0);
    }
    throw new Error("a million hosts found room");
  };
  const watcher = watch(tmpdir());

  expect(taken()).toBeGreaterThan(0);
  watcher.close();
});
