import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { lines, transcriptIn } from "../../lab/demo/transcript.js";
import { parseLine } from "../../src/command/parse.js";
import { commandsPage, declarations, readmeTable } from "./commands-page.js";

const root = join(import.meta.dirname, "../..");
const table = /(?<=\n)\| command \| answers \|\n(\|.*\n)+/;

test("docs/commands.md and the README's table are what the declarations say (UPDATE=1 rewrites them)", async () => {
  const commands = await declarations();
  const [page, readme] = [join(root, "docs/commands.md"), join(root, "README.md")];
  if (process.env["UPDATE"] === "1") {
    writeFileSync(page, commandsPage(commands));
    writeFileSync(
      readme,
      readFileSync(readme, "utf8").replace(table, () => `${readmeTable(commands)}\n`),
    );
  }

  expect(readFileSync(page, "utf8")).toBe(commandsPage(commands));
  expect(table.exec(readFileSync(readme, "utf8"))?.[0].trimEnd()).toBe(readmeTable(commands));
});

test("the README's transcript types only what exists", async () => {
  const commands = new Map(await declarations());
  const asked = lines.flatMap((line) => /^calico-chatops run '?([^']+)'?$/.exec(line)?.[1] ?? []);

  expect(transcriptIn(readFileSync(join(root, "README.md"), "utf8"))).toContain("$ calico-chatops run status");
  for (const line of asked.filter((text) => text !== "stauts"))
    expect(parseLine(line, commands)).toMatchObject({ name: line.split(" ")[0] });
});
