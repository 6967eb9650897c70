import { expect, test } from "@jest/globals";
import { view } from "../../../src/contract/view.js";
import { toMessage } from "../../../src/slack/blocks/message.js";
import { withNames } from "../../../src/slack/blocks/names.js";
import { refusals } from "./check-message.js";

const shown = (text: string): string => {
  const message = toMessage(view("warn", "not allowed", text), { command: "/calico", asText: () => "" });
  const blocks = withNames(message.blocks);
  // What is meant to be parsed here is the only thing that may be wrong.
  expect(refusals({ ...message, blocks }).filter((reason) => !reason.endsWith("holds something that slack parses"))).toEqual([]);
  return JSON.stringify(blocks);
};

test("people and channels are shown by name", () => {
  expect(shown("these could: local:root, U0ALICE, W12AB34CD; ask one of them")).toContain(
    "these could: local:root, <@U0ALICE>, <@W12AB34CD>; ask one of them",
  );
  expect(shown("ask in C0NETOPS, C0INC")).toContain("ask in <#C0NETOPS>, <#C0INC>");
});

test.each(["CONFIGURATION", "`U0ALICE`", "slack:T0LAB/U0ALICE", "U0ALICE-1", "<!channel>", "compute1 C2", "https://host/C0NETOPS"])(
  "%s is no id of somebody",
  (text) => {
    expect(shown(text)).not.toMatch(/<[@#!]/);
  },
);
