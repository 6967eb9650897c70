import type { Change } from "./record.js";

/** A change and the text that it had in Redis. */
export interface Sight {
  change: Change;
  text: string;
}

/** Remembers what changes looked like, so that an older record put back is noticed. */
export interface Seen {
  /** Gives back what it was given. */
  note(sight: Sight): Sight;
  /** The change, when this very text was seen before. */
  same(id: string, text: string): Change | null;
  /** What was seen there that is later than this; null = nothing. */
  newer(id: string, found: Change | null): Sight | null;
}

/** Characters of records that are remembered, and their number; the longest unseen go first. */
const mostText = 64 * 1024 * 1024;
const most = 2000;

/**
 * A record in Redis is signed, but a signed one of yesterday is signed too: somebody with access to Redis may put it back, and a fail-over
 * to a replica that lagged does the same by accident. Every record has a turn that only goes up, so a process that saw a later one finds
 * that out and puts the later one back. What cannot be found: a record put back that no living bot has seen later, since after a restart
 * a bot remembers nothing; there the worker is the guard, which runs a plan once and verifies every vote itself.
 */
export function createSeen(): Seen {
  const sights = new Map<string, Sight>();
  let size = 0;
  const forget = (id: string): void => {
    size -= sights.get(id)?.text.length ?? 0;
    sights.delete(id);
  };
  return {
    note(sight) {
      const { id } = sight.change;
      forget(id);
      sights.set(id, sight);
      size += sight.text.length;
      for (const oldest of sights.keys()) {
        if (sights.size <= most && size <= mostText) break;
        forget(oldest);
      }
      return sight;
    },
    same(id, text) {
      const sight = sights.get(id);
      return sight?.text === text ? sight.change : null;
    },
    newer(id, found) {
      const sight = sights.get(id);
      if (sight === undefined) return null;
      return found === null || isLater(sight.change, found) ? sight : null;
    },
  };
}

/** Two records of one turn come of an older one that was put back; then the one that has ended counts, whoever looks at them. */
function isLater(known: Change, found: Change): boolean {
  if (known.turn !== found.turn) return known.turn > found.turn;
  return known.ended !== null && found.ended === null;
}
