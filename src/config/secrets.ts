import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { inspect } from "node:util";
import { secret as mask } from "../log/redact.js";
import type { Path } from "./path.js";
import type { Secret } from "./valid.js";
import { unreadable } from "./wording.js";

/** Resolves `env:` and `file:` references; problems are told, not thrown. */
export interface Resolver {
  secret(reference: string, path: Path): Promise<Secret>;
  /** Text of a file that is no secret (a certificate, known_hosts). */
  text(reference: string, path: Path): Promise<string>;
}

export type Complain = (path: Path, message: string, hint: string) => void;

export interface Resolving {
  folder: string;
  env: Readonly<Record<string, string | undefined>>;
  complain: Complain;
}

/** Relative paths are relative to the folder of the configuration. What cannot be resolved is empty, and complained about. */
export function createResolver({ folder, env, complain }: Resolving): Resolver {
  const nameOf = (reference: string): string => resolve(folder, reference.slice("file:".length));
  async function text(reference: string, path: Path): Promise<string> {
    const name = nameOf(reference);
    const content = await readFile(name, "utf8").catch((error: NodeJS.ErrnoException) => {
      complain(path, `reading ${name}: ${unreadable(error)}`, "check the path and who may read it");
      return null;
    });
    if (content?.trim() === "") complain(path, `${name} is empty`, "put the text into it");
    return content ?? "";
  }
  async function secretFile(reference: string, path: Path): Promise<string> {
    const name = nameOf(reference);
    const openToAll = await stat(name).then(
      (found) => found.isFile() && (found.mode & 0o007) !== 0,
      () => false,
    );
    if (openToAll) complain(path, `${name} can be read by everybody`, `chmod o= ${name}`);
    return (await text(reference, path)).replace(/\r?\n$/, "");
  }
  return {
    async secret(reference, path) {
      if (reference.startsWith("file:")) return hidden(await secretFile(reference, path));
      const name = reference.slice("env:".length);
      const value = env[name] ?? "";
      if (value === "") complain(path, `the environment has no ${name}`, "set it, or name a file");
      return hidden(value);
    },
    text,
  };
}

/** For who needs no secret, such as the list of Redis users, which is made before there are any. */
export const nothing: Resolver = { secret: () => Promise.resolve(hidden("")), text: () => Promise.resolve("") };

/** A value that shows itself only when asked, and that logs mask wherever it turns up. */
export function hidden(value: string): Secret {
  if (value !== "") mask(value);
  const shown = (): string => "[secret]";
  return Object.defineProperties(Object.create(null) as Secret, {
    reveal: { value: () => value },
    toString: { value: shown },
    toJSON: { value: shown },
    [inspect.custom]: { value: shown },
  });
}
