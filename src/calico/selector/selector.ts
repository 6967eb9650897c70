/** A parsed selector: which labels something must have. */
export type Selector =
  | { op: "all" }
  /** True for any labels; a policy's whole namespaceSelector may be it and then means "in no namespace". */
  | { op: "global" }
  | { op: "has"; label: string }
  | { op: Comparison; label: string; value: string }
  /** Values sorted and without repetition. */
  | { op: "in" | "not in"; label: string; values: readonly string[] }
  | { op: "not"; of: Selector }
  /** Two or more. */
  | { op: "and" | "or"; of: readonly Selector[] };

export type Comparison = "==" | "!=" | "contains" | "starts with" | "ends with";

export type Labels = Readonly<Record<string, string>>;
