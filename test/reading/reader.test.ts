import { readFileSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { readDrafts } from "../../src/calico/draft/draft.js";
import { longestDocument } from "../../src/command/document.js";
import { FailureError } from "../../src/contract/failure.js";
import { createReader, type Reader } from "../../src/reading/reader.js";
import { readingFromSource } from "../support/reading-thread.js";

jest.setTimeout(60_000);

let threads: Worker[];
let reader: Reader;
beforeEach(() => {
  threads = [];
  reader = createReader({ spawn, startWithin: 30_000 });
});
afterEach(() => reader.close());

function spawn(): Worker {
  const thread = readingFromSource();
  threads.push(thread);
  return thread;
}
const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "read",
    (error: unknown) => (error instanceof FailureError ? `${error.failure.code}: ${error.failure.message}` : String(error)),
  );

const set = (name: string): string => `apiVersion: projectcalico.org/v3\nkind: GlobalNetworkSet\nmetadata: {name: ${name}}\n`;
/** A map so wide that looking for a key that is there twice takes many seconds. */
const wide = Array.from({ length: 24_000 }, (_, i) => `k${i}: v`).join("\n");
/** The policies of a recorded cluster, as often as they fit. */
function policies(): { text: string; documents: number } {
  const recorded = JSON.parse(readFileSync(join(import.meta.dirname, "../golden/etcd/keyspace.json"), "utf8")) as {
    key: string;
    value: string;
  }[];
  const objects = recorded
    .filter(({ key }) => /\/globalnetworkpolicies\//.test(key))
    .map(({ value }) => JSON.parse(value) as { metadata: object });
  let [text, documents] = ["", 0];
  for (;;) {
    const object = objects[documents % objects.length];
    const more = `---\n${JSON.stringify({ ...object, metadata: { name: `policy-${documents}` } }, null, 2)}\n`;
    if (text.length + more.length > longestDocument) return { text, documents };
    text += more;
    documents++;
  }
}

describe("a document that is read in a thread", () => {
  test("comes to what it comes to when it is read at once", async () => {
    for (const text of [set("a"), `${set("a")}spec: {nets: [10.0.0.0/33]}`, "nonsense: [", ""])
      expect(await reader.read(text)).toEqual(readDrafts(text));
    expect(threads).toHaveLength(1);
  });

  test("may be 256 KiB of policies", async () => {
    const { text, documents } = policies();
    expect(documents).toBeGreaterThan(100);
    // No test is timed: the limit of 2 s is for the product, on a machine that is not full.
    reader = createReader({ spawn, startWithin: 30_000, within: 30_000 });
    const { drafts, faults } = await reader.read(text);
    expect(faults).toEqual([]);
    expect(drafts).toHaveLength(documents);
  });

  test("holds up nothing else, however long it takes, and is given up after 2 s", async () => {
    await reader.read(set("warm"));
    const delay = monitorEventLoopDelay({ resolution: 10 });
    delay.enable();
    const said = await refusal(reader.read(wide));
    delay.disable();
    expect(said).toBe("invalid_manifest: the document took longer than 2 s to read");
    // Read here it would be held up for all of the two seconds.
    expect(delay.max / 1e6).toBeLessThan(1500);
  });

  test("that was given up leaves nothing running, and the next one is read", async () => {
    reader = createReader({ spawn, startWithin: 30_000, within: 300 });
    expect(await refusal(reader.read(wide))).toBe("invalid_manifest: the document took longer than 0.3 s to read");
    expect(threads.map(({ threadId }) => threadId)).toEqual([-1]);
    expect((await createdAnew().read(set("b"))).drafts).toMatchObject([{ name: "b" }]);
  });

  const createdAnew = (): Reader => {
    reader = createReader({ spawn, startWithin: 30_000 });
    return reader;
  };

  test.each([
    ["nested deeply", `${set("a")}spec: ${"[".repeat(100_000)}`],
    ["nested deeply in blocks", `${set("a")}spec:\n${Array.from({ length: 700 }, (_, i) => `${" ".repeat(i + 1)}a:`).join("\n")}`],
    [
      "anchors upon anchors",
      `${set("a")}spec:\n  a0: &a0 [x]\n${Array.from({ length: 30 }, (_, i) => `  a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`).join("\n")}`,
    ],
    ["an anchor in itself", `${set("a")}spec: &a {nets: *a}`],
    [
      "an anchor of everything, again and again",
      `- &a\n${`${set("a")}spec: {nets: [${"10.0.0.0/8,".repeat(2000)}]}`.replace(/^/gm, "  ")}\n${"- *a\n".repeat(90)}`,
    ],
  ])("is refused when it is made to blow up: %s", async (_, text) => {
    const answer = await reader.read(text).then(
      ({ drafts, faults }) => [drafts.length, faults.filter(({ doubt }) => !doubt).length > 0],
      (error: unknown) => (error instanceof FailureError ? error.failure.code : error),
    );
    expect([[0, true], "invalid_manifest"]).toContainEqual(answer);
  });

  test("with thousands of faults tells the first hundred, refusals before doubts", async () => {
    const rules = "    - {action: allow}\n".repeat(1500);
    const text = `apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: a}\nspec:\n  ingress:\n${rules}`;
    reader = createReader({ spawn, startWithin: 30_000, within: 30_000 });
    const { faults } = await reader.read(text);
    expect(faults).toHaveLength(100);
    expect(faults.every(({ doubt }) => !doubt)).toBe(true);
  });
});

describe("many documents at once", () => {
  test("are read by two threads, each its own", async () => {
    const names = Array.from({ length: 12 }, (_, i) => `set-${i}`);
    const read = await Promise.all(names.map((name) => reader.read(set(name))));
    expect(read.map(({ drafts }) => drafts[0]?.name)).toEqual(names);
    expect(threads).toHaveLength(2);
  });

  test("are refused when too many wait; a hostile one delays the others and fails alone", async () => {
    reader = createReader({ spawn, startWithin: 30_000, within: 1000 });
    const hostile = [refusal(reader.read(wide)), refusal(reader.read(wide))];
    const others = Array.from({ length: 16 }, (_, i) => refusal(reader.read(set(`s${i}`))));
    expect(await refusal(reader.read(set("late")))).toBe("busy: 16 documents wait to be read");
    expect(await Promise.all(hostile)).toEqual(Array(2).fill("invalid_manifest: the document took longer than 1 s to read"));
    expect(new Set(await Promise.all(others))).toEqual(new Set(["read"]));
  });
});

describe("a thread", () => {
  test("that cannot start is told as our own trouble, not as the document's", async () => {
    reader = createReader({ spawn: () => new Worker("/nowhere/thread.js"), within: 1000 });
    expect(await refusal(reader.read(set("a")))).toBe("internal: the reading thread did not start");
  });

  test("that is closed while it reads ends what it reads, at once", async () => {
    await reader.read(set("warm"));
    const reading = refusal(reader.read(wide));
    await reader.close();
    expect(await reading).toBe("internal: the document could not be read");
    expect(threads.map(({ threadId }) => threadId)).toEqual([-1]);
  });
});
