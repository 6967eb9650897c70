import { randomUUID } from "node:crypto";
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Order } from "../../src/contract/change.js";
import { makeFolder } from "./file.js";
import { type JournalPlace, journalFile } from "./journal.js";

/** Where whoever is on the worker's machine leaves orders: who may write there may write the journal too. */
const folderOf = (place: JournalPlace): string => `${journalFile(place)}.orders`;

/** Leaves an order for the worker that has the journal. */
export async function drop(place: JournalPlace, order: Order): Promise<void> {
  await makeFolder(folderOf(place));
  const file = join(folderOf(place), `${randomUUID()}.json`);
  await writeFile(`${file}.new`, JSON.stringify(order), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** Does something with each order that was left, then removes it; what is none is removed and told. */
export async function takeDropped(place: JournalPlace, take: (order: Order) => Promise<void>, bad: (file: string) => void): Promise<void> {
  const names = await readdir(folderOf(place)).catch(() => []);
  for (const name of names.filter((one) => one.endsWith(".json")).toSorted()) {
    const file = join(folderOf(place), name);
    const order = orderIn(await readFile(file, "utf8"));
    if (order === null) bad(file);
    else await take(order);
    await rm(file, { force: true });
  }
}

function orderIn(text: string): Order | null {
  try {
    return Order.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
