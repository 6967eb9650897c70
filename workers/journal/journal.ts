import { join } from "node:path";
import { fail } from "../../src/contract/failure.js";
import { Entry, type NewEntry } from "./entry.js";
import { type LineFile, makeFolder, openLines, Unwritable } from "./file.js";
import { fold, forget, type JournalState, shortened } from "./fold.js";
import { type Lock, lock } from "./lock.js";
import { readState } from "./read.js";

/** What a worker has done to its cluster and what it still owes: on this machine's disk, and the truth about it. */
export interface Journal {
  state: Readonly<JournalState>;
  /**
   * Writes an entry and comes back when it is on disk; throws when it is not. What is written may depend on what was written before
   * it: `make` is called when its turn has come; null = nothing is to be written.
   */
  append<E extends NewEntry>(make: (state: Readonly<JournalState>) => E | null, how?: Appending): Promise<E | null>;
  /** Lets go of it after what is being written. */
  close(): Promise<void>;
}

export interface Appending {
  /** It counts in this process even if the disk does not take it: for what happens after a restart in any case. */
  anyway?: boolean;
}

export interface JournalPlace {
  /** State folder of the worker. */
  folder: string;
  /** `<cluster>-<worker>`. */
  name: string;
}

export const journalFile = ({ folder, name }: JournalPlace): string => join(folder, `changes-${name}.jsonl`);

/** Written anew when it has grown to this, bytes. */
const biggest = 8 * 1024 ** 2;

/** Opens a journal for the one process that may write it. Throws `busy` when another has it, `internal` when a line of it is broken. */
export async function openJournal(place: JournalPlace, how: { clock?: () => number; biggest?: number } = {}): Promise<Journal> {
  const file = journalFile(place);
  await makeFolder(place.folder);
  const held = await lock(`${file}.lock`);
  try {
    const lines = await openLines(file);
    const state = await stateIn(lines, file);
    return writer({ file, lines, state, held, clock: how.clock ?? Date.now, biggest: how.biggest ?? biggest });
  } catch (error) {
    await held.release();
    throw error;
  }
}

async function stateIn(lines: LineFile, file: string): Promise<JournalState> {
  try {
    return readState(lines.lines, file);
  } catch (error) {
    await lines.close();
    throw error;
  }
}

interface Writing {
  file: string;
  lines: LineFile;
  state: JournalState;
  held: Lock;
  clock: () => number;
  biggest: number;
}

function writer(writing: Writing): Journal {
  const { state, lines, held } = writing;
  const onDisk = diskOf(writing);
  let turn: Promise<unknown> = Promise.resolve();
  const write = async <E extends NewEntry>(make: (state: JournalState) => E | null, { anyway = false }: Appending): Promise<E | null> => {
    const made = make(state);
    if (made === null) return null;
    const entry = Entry.parse(made);
    await onDisk(entry).catch((error: unknown) => {
      if (!anyway) throw error;
    });
    fold(state, entry);
    return made;
  };
  return {
    state,
    append(make, how = {}) {
      const done = turn.then(() => write(make, how));
      turn = done.catch(() => undefined);
      return done;
    },
    async close() {
      await turn;
      await lines.close();
      await held.release();
    },
  };
}

/** Puts entries on the disk, and the whole anew when it has grown. */
function diskOf({ file, lines, state, held, clock, biggest: most }: Writing): (entry: Entry) => Promise<void> {
  let broken: unknown = null;
  let grown = most;
  return async (entry) => {
    if (broken !== null || !held.held())
      throw fail("internal", `${file} cannot be written any more`, {
        hint: "look at the worker's disk, then start it again",
        cause: broken,
      });
    try {
      if (lines.size() > grown) {
        forget(state, clock());
        await lines.rewrite(shortened(state, clock()).map((one) => JSON.stringify(Entry.parse(one))));
        // What cannot be shortened is not written anew with every entry.
        grown = Math.max(most, lines.size() * 2);
      }
      await lines.append(JSON.stringify(entry));
    } catch (error) {
      if (error instanceof Unwritable) broken = error;
      throw fail("internal", `${file} does not take what is to be done, so it is not done`, {
        hint: "look at the worker's disk",
        cause: error,
      });
    }
  };
}
