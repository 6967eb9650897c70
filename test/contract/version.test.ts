import { expect, test } from "@jest/globals";
import { version } from "../../src/config/version.js";
import { programVersion } from "../../src/contract/version.js";

test("the version that rooms without files know is that of package.json", () => {
  expect(programVersion).toBe(version);
});
