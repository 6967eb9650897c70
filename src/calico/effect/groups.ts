import { addAll, type Bits, hashOf, isSame, members, without } from "./bits.js";
import type { Difference } from "./combine.js";
import type { Parties } from "./parties.js";
import type { Services } from "./services.js";

/** Connections of one kind from each of some parties to each of others. */
export interface Block {
  kind: "gained" | "lost" | "uncertain";
  from: Bits;
  to: Bits;
  services: Services;
  reasons: readonly string[];
}

/** Collects differences and joins those that are alike. */
export class Blocks {
  readonly #found = new Map<string, Block[]>();
  #none: Services;

  constructor(none: Services) {
    this.#none = none;
  }

  add(from: Bits, to: Bits, { gained, lost, uncertain, reasons }: Difference): void {
    this.#put({ kind: "gained", from, to, services: gained, reasons: [] });
    this.#put({ kind: "lost", from, to, services: lost, reasons: [] });
    this.#put({ kind: "uncertain", from, to, services: uncertain, reasons });
  }

  #put(block: Block): void {
    if (block.services !== this.#none) joined(this.#found, block, "from");
  }

  /** First those with the same source became one; now those with the same destination do. */
  all(): Block[] {
    const found = new Map<string, Block[]>();
    for (const block of [...this.#found.values()].flat()) joined(found, block, "to");
    return [...found.values()].flat();
  }
}

/** Without an address that would only speak to itself; null = nothing is left. */
export function withoutSelf({ all }: Parties, block: Block): Block | null {
  const alone = (bits: Bits): Bits | null => {
    const [first, ...more] = members(bits);
    const party = first === undefined || more.length > 0 ? undefined : all[first];
    return party?.members.length === 1 && party.ranges.length === 0 ? bits : null;
  };
  const [one, other] = [alone(block.from), alone(block.to)];
  const from = other === null ? block.from : without(block.from, other);
  const to = one === null ? block.to : without(block.to, one);
  return from === null || to === null ? null : { ...block, from, to };
}

function joined(into: Map<string, Block[]>, block: Block, end: "from" | "to"): void {
  const other = end === "from" ? "to" : "from";
  const key = `${block.kind} ${block.services.id} ${hashOf(block[end])} ${block.reasons.join()}`;
  const there = into.get(key);
  const same = there?.find((one) => isSame(one[end], block[end]));
  if (same) addAll(same[other], block[other]);
  else if (there) there.push({ ...block, [other]: block[other].slice() });
  else into.set(key, [{ ...block, [other]: block[other].slice() }]);
}
