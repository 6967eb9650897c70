import { expect, test } from "@jest/globals";
import { tooMany } from "../../../lab/hosts/room.js";

test("more hosts than the kernel has inotify instances for are refused with the setting that mends it", () => {
  expect(tooMany(64, 128)).toBe(
    "64 hosts need fs.inotify.max_user_instances=200, here it is 128: raise it with sysctl, or take at most 40 hosts",
  );
  expect(tooMany(41, 128)).not.toBeNull();
});

test("hosts that fit are not", () => {
  expect(tooMany(40, 128)).toBeNull();
  expect(tooMany(64, 200)).toBeNull();
});
