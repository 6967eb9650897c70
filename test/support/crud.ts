import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { readDrafts } from "../../src/calico/draft/draft.js";

export interface Crud {
  argv: string[];
  stdin?: string;
  exitCode: number;
  stdout: string;
}
type Value = Readonly<Record<string, unknown>>;

/** Every recorded run of a command that writes, in turn. */
export const crud = (): Crud[] => JSON.parse(readFileSync(join(import.meta.dirname, "../golden/calicoctl/crud.json"), "utf8")) as Crud[];

/** Each document that was written with success, and the object as the next `get -o yaml` showed it. */
export function writtenAndRead(): { document: string; read: Value }[] {
  const latest = new Map<string, string>();
  const found: { document: string; read: Value }[] = [];
  const keyOf = ({ kind, metadata }: Value): string => `${String(kind)} ${(metadata as { name: string }).name}`;
  for (const { argv, stdin, exitCode, stdout } of crud()) {
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
