import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { version } from "../../src/config/version.js";

test("the version is that of package.json", () => {
  const { version: written } = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8")) as { version: string };

  expect(version).toBe(written);
});
