/** One thing wrong with the configuration: where it is and what to do. */
export interface Problem {
  /** `clusters[0].hosts[2].address`; empty for the file as a whole. */
  path: string;
  /** From 1; 0 when the place has no line (a missing file). */
  line: number;
  column: number;
  message: string;
  hint?: string;
}

/** All problems of a configuration at once, so that one round of mending is enough. */
export class ConfigError extends Error {
  readonly problems: readonly Problem[];
  constructor(file: string, problems: readonly Problem[]) {
    super(problems.map((problem) => sentence(file, problem)).join("\n"));
    this.name = "ConfigError";
    this.problems = problems;
  }
}

function sentence(file: string, { path, line, column, message, hint }: Problem): string {
  const place = line > 0 ? `${file}:${line}:${column}` : file;
  return `${place}${path === "" ? "" : ` ${path}`}: ${message}${hint === undefined ? "" : ` - ${hint}`}`;
}
