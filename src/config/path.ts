/** Where something stands in the file: keys and, in lists, numbers from 0. */
export type Path = readonly PropertyKey[];

/** `clusters[0].hosts[1].address`. */
export function pathText(path: Path): string {
  return path.map((part, i) => (typeof part === "number" ? `[${part}]` : `${i > 0 ? "." : ""}${String(part)}`)).join("");
}
