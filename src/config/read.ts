import { readFile } from "node:fs/promises";
import { isMap, isNode, isScalar, LineCounter, parseDocument, visit } from "yaml";
import type { z } from "zod";
import { nearest } from "../contract/nearest.js";
import { type Path, pathText } from "./path.js";
import { ConfigError, type Problem } from "./problem.js";
import type { RawConfig } from "./raw.js";
import { salvage } from "./salvage.js";
import { knownKeys } from "./schema-keys.js";
import { unreadable, wordsOf } from "./wording.js";

/** The file in its raw shape, and where its parts stand. */
export interface RawFile {
  /** Without the parts that `problems` names. */
  raw: RawConfig;
  problems: Problem[];
  locate(this: void, path: Path): Pick<Problem, "path" | "line" | "column">;
  /** Whether one of `problems` is here or below. */
  broken(this: void, path: Path): boolean;
  /** Whether a list lost none of its entries to `problems`. */
  whole(this: void, path: Path): boolean;
}

type Document = ReturnType<typeof parseDocument>;

/** Reads a configuration. Throws ConfigError when nothing of it can be understood. */
export async function readRaw(file: string): Promise<RawFile> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError(file, [
      {
        ...nowhere,
        message: `reading the configuration: ${unreadable(error)}`,
        hint: "name yours with --config FILE; examples/config.yaml is one to begin with",
      },
    ]);
  });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const locate = (path: Path): ReturnType<RawFile["locate"]> => place(document, lines, path);
  const { raw, issues, ...more } = salvage(valueOf(file, document, lines));
  const problems = issues.flatMap((issue) => problemsOf(issue, locate));
  if (raw === null || !("origin" in more)) throw new ConfigError(file, problems);
  const { origin, whole } = more;
  const wrong = problems.map(({ path }) => path);
  const broken = (path: Path): boolean => wrong.some((one) => isBelow(one, pathText(origin(path))));
  return { raw, problems, broken, whole, locate: (path) => locate(origin(path)) };
}

const nowhere = { path: "", line: 0, column: 0 };
const isBelow = (path: string, above: string): boolean => path === above || path.startsWith(`${above}.`) || path.startsWith(`${above}[`);

/** The plain value of the file; throws when it is no YAML. */
function valueOf(file: string, document: Document, lines: LineCounter): unknown {
  if (document.errors.length > 0)
    throw new ConfigError(
      file,
      document.errors.map(({ code, message, pos }) => syntaxProblem({ code, message }, lines.linePos(pos[0]))),
    );
  if (document.contents === null)
    throw new ConfigError(file, [{ ...nowhere, message: "the file is empty", hint: "begin with a copy of examples/config.yaml" }]);
  try {
    const value: unknown = document.toJS();
    // Refuses an anchor that contains itself, which nothing below would come to the end of.
    JSON.stringify(value);
    return value;
  } catch (error) {
    const { line, col } = lines.linePos(unresolved(document));
    const message = `this is not YAML: ${error instanceof ReferenceError ? error.message : "something in it contains itself, or is nested too deep"}`;
    throw new ConfigError(file, [{ path: "", line, column: col, message, hint: "check the anchors (&name) and aliases (*name)" }]);
  }
}

/** Where the first alias stands that names no anchor before it; else the beginning of the file. */
function unresolved(document: Document): number {
  let at = 0;
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return undefined;
      at = alias.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return at;
}

function syntaxProblem({ code, message }: { code: string; message: string }, at: { line: number; col: number }): Problem {
  const where = { path: "", line: at.line, column: at.col };
  if (code === "MULTIPLE_DOCS")
    return { ...where, message: "a second document begins here", hint: "remove the line ---; clusters are a list in one document" };
  if (code === "DUPLICATE_KEY") return { ...where, message: "this key is there twice", hint: "remove one of the two" };
  return { ...where, message: `this is not YAML: ${message}`, hint: "check indentation and quotes here" };
}

/** The place of a path's key, or of the nearest one above it that exists. */
function place(document: Document, lines: LineCounter, path: Path): ReturnType<RawFile["locate"]> {
  for (let n = path.length; n >= 0; n--) {
    const node = n === 0 ? document.contents : (keyNode(document, path.slice(0, n)) ?? document.getIn(path.slice(0, n), true));
    if (!isNode(node) || !node.range) continue;
    const { line, col } = lines.linePos(node.range[0]);
    return { path: pathText(path), line, column: col };
  }
  return { path: pathText(path), line: 1, column: 1 };
}

function keyNode(document: Document, path: Path): unknown {
  const holder = document.getIn(path.slice(0, -1), true) ?? (path.length === 1 ? document.contents : null);
  return isMap(holder) ? holder.items.find(({ key }) => isScalar(key) && key.value === path.at(-1))?.key : undefined;
}

function problemsOf(issue: z.core.$ZodIssue, locate: (path: Path) => Pick<Problem, "path" | "line" | "column">): Problem[] {
  if (issue.code !== "unrecognized_keys") return [{ ...locate(issue.path), ...wordsOf(issue) }];
  const known = knownKeys(issue.path);
  return issue.keys.map((key) => {
    const near = nearest(key, known);
    const hint = near === null ? `known here: ${known.join(", ")}` : `did you mean \`${near}\`?`;
    return { ...locate([...issue.path, key]), message: `\`${key}\` is not known here`, hint };
  });
}
