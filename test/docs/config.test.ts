import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { configPage } from "./config-page.js";

const file = join(import.meta.dirname, "../../docs/config.md");

test("docs/config.md is what the schemas of the configuration say (UPDATE=1 rewrites it)", () => {
  if (process.env["UPDATE"] === "1") writeFileSync(file, configPage());

  expect(readFileSync(file, "utf8")).toBe(configPage());
});
