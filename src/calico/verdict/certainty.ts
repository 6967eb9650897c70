/** Whether something is so; a sentence says why that cannot be known. */
export type Certainty = boolean | string;

/** Both: one that is not settles it, else one that is not known leaves it open. */
export function every(parts: readonly (() => Certainty)[]): Certainty {
  let open: string | null = null;
  for (const part of parts) {
    const is = part();
    if (is === false) return false;
    if (is !== true) open ??= is;
  }
  return open ?? true;
}

/** Either: one that is settles it. */
export function some(parts: readonly (() => Certainty)[]): Certainty {
  const none = every(parts.map((part) => () => not(part())));
  return not(none);
}

export const not = (is: Certainty): Certainty => (typeof is === "boolean" ? !is : is);
