import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { type Message, toMessage } from "../../../src/slack/blocks/message.js";
import { renderText } from "../../../src/text/render.js";
import { refusals } from "./check-message.js";
import { views } from "./views.js";

/** `UPDATE_GOLDEN=1 jest test/slack/blocks` writes them anew; look at the difference before keeping it. */
const update = process.env["UPDATE_GOLDEN"] === "1";
const folder = join(import.meta.dirname, "../../golden/blocks");

const asText = (view: Parameters<typeof renderText>[0]): string => renderText(view, { color: false, width: 120 });

function compare(name: string, message: Message): void {
  const file = join(folder, `${name}.json`);
  if (update) writeFileSync(file, `${JSON.stringify(message, null, 2)}\n`);
  expect(existsSync(file)).toBe(true);
  expect(message).toEqual(JSON.parse(readFileSync(file, "utf8")));
  expect(refusals(message)).toEqual([]);
}

describe("the blocks of known views", () => {
  test.each(Object.entries(views))("%s look as they did", (name, view) => {
    compare(name, toMessage(view, { command: "/calico", asText }));
  });

  test("a progress card looks as it did and can be cancelled", () => {
    const working = {
      ...views["many-buttons"],
      verdict: { light: "info" as const, text: "asking hosts: 3 of 12" },
      sections: [],
      footer: [],
      actions: [],
    };
    compare("progress", toMessage(working, { command: "/calico", asText, cancel: "0123456789abcdef" }));
  });
});
