import type { Readable } from "node:stream";

/** What a program printed so far, here or on a host; `overflow` fires when it is more than was allowed. */
export interface Heard {
  out(): string;
  err(): string;
  overflow: AbortSignal;
}

/** Listens to both streams of a program, `maxBytes` of them together. */
export function listen(streams: { stdout: Readable | null; stderr: Readable | null }, maxBytes: number): Heard {
  const parts: { out: Buffer[]; err: Buffer[] } = { out: [], err: [] };
  const overflow = new AbortController();
  let bytes = 0;
  const take =
    (list: Buffer[]) =>
    (data: Buffer): void => {
      bytes += data.length;
      if (bytes > maxBytes) overflow.abort();
      else list.push(data);
    };
  streams.stdout?.on("data", take(parts.out));
  streams.stderr?.on("data", take(parts.err));
  const text = (list: Buffer[]): string => Buffer.concat(list).toString("utf8");
  return { out: () => text(parts.out), err: () => text(parts.err), overflow: overflow.signal };
}
