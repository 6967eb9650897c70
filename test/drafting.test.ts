import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { checkDocuments } from "../src/drafting.js";

let folder = "";
let printed = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "drafting-"));
  printed = "";
  jest.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text).replaceAll(folder, "");
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const put = (name: string, spec: string): void =>
  writeFileSync(join(folder, name), `apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: web}\nspec: ${spec}\n`);

test("what would be refused is told with file, line, column and a caret, and ends with 1", async () => {
  put("a.yaml", "{selector: app == web}");
  put("b.yml", "{selector: all()}");

  expect(await checkDocuments([folder], {})).toBe(1);
  expect(printed).toBe(`/a.yaml:4:8: spec.selector: the selector is wrong at position 8: expected string
    app == web
           ^
1 object in 2 files, 1 refused
`);
});

test("right documents end with 0, and doubts are no refusals", async () => {
  put("a.yaml", "{selector: all()}");
  writeFileSync(
    join(folder, "felix.json"),
    JSON.stringify({
      apiVersion: "projectcalico.org/v3",
      kind: "FelixConfiguration",
      metadata: { name: "default" },
      spec: { brandNew: 1 },
    }),
  );

  expect(await checkDocuments([folder], { json: true })).toBe(0);
  expect(JSON.parse(printed)).toMatchObject({ path: "spec.brandNew", doubt: true, line: 1 });
});

test("nothing to check is a mistake of the caller", async () => {
  await expect(checkDocuments([folder], {})).rejects.toMatchObject({ failure: { code: "usage" } });
  await expect(checkDocuments([join(folder, "none")], {})).rejects.toMatchObject({ failure: { code: "usage" } });
});
