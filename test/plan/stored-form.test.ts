import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { readDrafts } from "../../src/calico/draft/draft.js";
import { plain, storedForm } from "../../src/plan/stored-form.js";

interface Case {
  argv: string[];
  stdin?: string;
  exitCode: number;
  stdout: string;
}
type Value = Readonly<Record<string, unknown>>;

/** Each document that was written with success, and the object as the next `get -o yaml` showed it. */
function writtenAndRead(): { document: string; read: Value }[] {
  const cases = JSON.parse(readFileSync(join(import.meta.dirname, "../golden/calicoctl/crud.json"), "utf8")) as Case[];
  const latest = new Map<string, string>();
  const found: { document: string; read: Value }[] = [];
  const keyOf = ({ kind, metadata }: Value): string => `${String(kind)} ${(metadata as { name: string }).name}`;
  for (const { argv, stdin, exitCode, stdout } of cases) {
    const [, word = ""] = argv;
    if (exitCode === 0 && ["apply", "create", "replace"].includes(word) && stdin) {
      const { drafts } = readDrafts(stdin);
      for (const { object } of drafts) if (drafts.length === 1) latest.set(keyOf(object), stdin);
    } else if (["patch", "label", "delete"].includes(word)) latest.clear();
    else if (exitCode === 0 && word === "get" && argv.join(" ").includes("-o yaml")) {
      const read = parse(stdout) as Value | null;
      const document = read && "metadata" in read && "kind" in read ? latest.get(keyOf(read)) : undefined;
      if (read && document !== undefined) found.push({ document, read });
    }
  }
  return found;
}

test("what calicoctl stored is what was predicted, in every recorded case", () => {
  const pairs = writtenAndRead();

  expect(pairs.length).toBeGreaterThanOrEqual(3);
  for (const { document, read } of pairs) {
    const [draft] = readDrafts(document).drafts;
    if (draft === undefined) throw new Error(document);
    expect(storedForm(draft, draft.object)).toEqual(plain(read));
  }
});

test("pools get Calico's defaults, an IPv6 pool its own block size", () => {
  const object = (cidr: string) => ({ kind: "IPPool", metadata: { name: "p" }, spec: { cidr, ipipMode: "Always" } });

  expect(storedForm({ kind: "IPPool", namespace: null }, object("10.10.0.0/16"))["spec"]).toEqual({
    cidr: "10.10.0.0/16",
    ipipMode: "Always",
    vxlanMode: "Never",
    blockSize: 26,
    nodeSelector: "all()",
    allowedUses: ["Workload", "Tunnel"],
    assignmentMode: "Automatic",
  });
  expect(storedForm({ kind: "IPPool", namespace: null }, object("fd00::/64"))["spec"]).toMatchObject({ blockSize: 122 });
});
