import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { failuresPage } from "./failures-page.js";

const file = join(import.meta.dirname, "../../docs/failures.md");

test("docs/failures.md is what the registry says (UPDATE=1 rewrites it)", () => {
  if (process.env["UPDATE"] === "1") writeFileSync(file, failuresPage());

  expect(readFileSync(file, "utf8")).toBe(failuresPage());
});
