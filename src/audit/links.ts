import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { Chain, ChainLink } from "../redis/chain.js";
import { readRecord } from "./entry.js";

const page = 500;

/** The entries of a chain in their order, read page by page; those appended meanwhile come too. */
export async function* linksOf(chain: Chain): AsyncGenerator<ChainLink> {
  let after: string | null = null;
  for (;;) {
    const links: ChainLink[] = await chain.from(after, page);
    yield* links;
    const last: ChainLink | undefined = links.at(-1);
    if (last === undefined || links.length < page) return;
    after = last.id;
  }
}

/** The entries of an exported or archived file, a line each. */
export async function* linksIn(file: string): AsyncGenerator<ChainLink> {
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    line++;
    if (text.trim() === "") continue;
    yield { id: String(line), label: readRecord(text)?.hash ?? "", text };
  }
}
