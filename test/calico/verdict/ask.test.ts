import { expect, test } from "@jest/globals";
import { parseService } from "../../../src/calico/verdict/ask.js";
import { service } from "../../../src/calico/verdict/connection.js";

test.each([
  ["5432", "tcp/5432"],
  ["udp/53", "udp/53"],
  ["TCP/22", "tcp/22"],
  ["icmp", "icmp type 8"],
  ["icmp/3", "icmp type 3"],
  ["proto/47", "47"],
  ["tcp", null],
  ["0", null],
  ["70000", null],
  ["udp/53/1", null],
  ["nonsense/1", null],
  ["tcp/x", null],
])("%s is understood as %s", (text, expected) => {
  const parsed = parseService(text);
  expect(parsed && service(parsed)).toBe(expected);
});
