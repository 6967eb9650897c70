import { readFile } from "node:fs/promises";
import { type Fault, readDrafts } from "./calico/draft/draft.js";
import { fail } from "./contract/failure.js";
import { filesIn } from "./files.js";

/**
 * Checks documents as people write them, without a cluster: each fault with file, line and column. Exit 1 when one would be refused;
 * a doubt (a field that only a newer Calico knows) is said, and refuses nothing.
 */
export async function checkDocuments(paths: readonly string[], { json = false }: { json?: boolean }): Promise<number> {
  const files = (await Promise.all(paths.map(filesIn))).flat();
  if (files.length === 0)
    throw fail("usage", `no document in ${paths.join(", ")}`, { hint: "give .yaml, .yml or .json files, or folders of them" });
  let objects = 0;
  let refused = 0;
  for (const file of files) {
    const { drafts, faults } = readDrafts(await textOf(file));
    objects += drafts.length;
    refused += faults.filter(({ doubt }) => !doubt).length;
    for (const fault of faults) print(json ? JSON.stringify({ file, ...fault }) : sentence(file, fault));
  }
  if (!json)
    print(
      `${objects} ${objects === 1 ? "object" : "objects"} in ${files.length} ${files.length === 1 ? "file" : "files"}, ${refused} refused`,
    );
  return refused > 0 ? 1 : 0;
}

function sentence(file: string, { line, column, path, text, hint, doubt }: Fault): string {
  const place = `${file}:${line}:${column}: ${path === "" ? "" : `${path}: `}`;
  const next = hint === null ? "" : hint.includes("\n") ? `\n${indented(hint)}` : ` (${hint})`;
  return `${place}${text}${next}${doubt ? "; calicoctl decides" : ""}`;
}

const indented = (text: string): string =>
  text
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n");
const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function textOf(file: string): Promise<string> {
  return readFile(file, "utf8").catch((error: unknown) => {
    throw fail("usage", `${file} cannot be read`, { hint: "give an existing file or folder", cause: error });
  });
}
