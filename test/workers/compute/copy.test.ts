import { afterEach, describe, expect, test } from "@jest/globals";
import type { KeyValue } from "../../../src/cluster/etcd.js";
import { fail } from "../../../src/contract/failure.js";
import { type Copy, createCopy } from "../../../workers/compute/copy.js";
import type { Follower, Head, Source } from "../../../workers/etcd/source.js";

const kv = (key: string, value: string, revision: number): KeyValue => ({ key, value, revision, lease: null });
const one = "/calico/one";

/** A member of etcd whose watch says what the test wants, when it wants it. */
function member(): {
  source: Source;
  head: Head;
  followers: Follower[];
  scopes: (string | null)[];
  held: KeyValue[];
  tell(value: string): void;
} {
  const followers: Follower[] = [];
  const scopes: (string | null)[] = [];
  const made = {
    head: { revision: 5, cluster: "a" },
    held: [kv(one, "1", 5)],
    followers,
    scopes,
    tell: (value: string) =>
      followers.at(-1)?.changed([{ key: one, kv: kv(one, value, made.head.revision), revision: made.head.revision }], made.head.revision),
    source: {
      endpoint: "http://etcd",
      head: async () => ({ ...made.head }),
      async list(_prefix: string, page: (kvs: readonly KeyValue[]) => void) {
        page(made.held);
        return { ...made.head };
      },
      follow({ prefix }: { prefix: string | null }, follower: Follower) {
        scopes.push(prefix);
        followers.push(follower);
        return () => {};
      },
      close() {},
    },
  };
  return made;
}

const copies: Copy[] = [];
afterEach(() => {
  for (const copy of copies.splice(0)) copy.stop();
});

function copyOf({ source }: { source: Source }): Copy {
  const copy = createCopy({ open: () => source, news: () => {}, every: 20, waits: [1, 2] });
  copies.push(copy);
  return copy;
}

const valueIn = async (copy: Copy, within = 100): Promise<string | undefined> =>
  (await copy.read([{ key: one }], within)).ranges[0]?.kvs[0]?.value;

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 300 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(holds()).toBe(true);
}

describe("a copy that follows etcd", () => {
  test("answers nothing before all is listed", async () => {
    const slow = member();
    slow.source.list = () => new Promise(() => {});

    await expect(copyOf(slow).read([{ key: one }], 100)).rejects.toThrow("busy: etcd's keys are still being listed");
  });

  test("waits for the changes that etcd already has", async () => {
    const etcd = member();
    const copy = copyOf(etcd);
    await until(() => copy.state().phase === "complete");
    etcd.head.revision = 6;
    const asked = valueIn(copy, 2000);
    setTimeout(() => etcd.tell("2"), 30);

    expect(await asked).toBe("2");
  });

  test("does not take a silent watch for a quiet etcd, and is made anew", async () => {
    const etcd = member();
    const copy = copyOf(etcd);
    await until(() => copy.state().phase === "complete");
    etcd.head.revision = 6;
    etcd.held = [kv(one, "2", 6)];

    await expect(copy.read([{ key: one }], 50)).rejects.toThrow("busy: the copy is at revision 5, etcd http://etcd at 6");
    await until(() => copy.state().lists >= 2 && copy.state().phase === "complete");
    expect(await valueIn(copy)).toBe("2");
  }, 10_000);

  test("lists again when its watch ends, as after a compaction", async () => {
    const etcd = member();
    const copy = copyOf(etcd);
    await until(() => copy.state().phase === "complete");
    Object.assign(etcd, { held: [kv(one, "3", 9)] });
    etcd.head.revision = 9;
    etcd.followers[0]?.ended(fail("unreachable", "the watch ended"), false);
    await expect(copy.read([{ key: one }], 50)).rejects.toThrow("busy");

    await until(() => copy.state().lists === 2 && copy.state().phase === "complete");
    expect(await valueIn(copy)).toBe("3");
  });

  test("is given up at once when etcd is another one, or older than the copy", async () => {
    for (const other of [
      { revision: 5, cluster: "b" },
      { revision: 4, cluster: "a" },
    ]) {
      const etcd = member();
      const copy = copyOf(etcd);
      await until(() => copy.state().phase === "complete");
      Object.assign(etcd.head, other);

      await expect(copy.read([{ key: one }], 100)).rejects.toThrow(/conflict|busy/);
      await until(() => copy.state().lists >= 2);
    }
  });

  test("watches less when it may not watch everything, and is not given up because others write", async () => {
    const etcd = member();
    const copy = copyOf(etcd);
    await until(() => copy.state().phase === "complete");
    etcd.followers[0]?.ended(fail("credentials", "permission denied"), true);
    await until(() => copy.state().lists === 2 && copy.state().phase === "complete");
    expect(etcd.scopes).toEqual([null, "/calico/"]);
    etcd.head.revision = 7;

    await expect(copy.read([{ key: one }], 50)).rejects.toThrow("busy");
    etcd.head.revision = 8;
    etcd.tell("4");
    expect(await valueIn(copy)).toBe("4");
    expect(copy.state().lists).toBe(2);
  });

  test("says since when etcd does not confirm it", async () => {
    const etcd = member();
    const copy = copyOf(etcd);
    await until(() => copy.state().age !== null);
    expect(copy.state()).toMatchObject({ staleSince: null, trouble: null });
    etcd.source.head = () => Promise.reject(fail("unreachable", "etcd refused the connection"));

    await until(() => copy.state().staleSince !== null);
    expect(copy.state().trouble).toMatch(/refused the connection/);
  });

  test("fails in time when etcd does not say how far it is", async () => {
    const etcd = member();
    const copy = copyOf(etcd);
    await until(() => copy.state().phase === "complete");
    etcd.source.head = () => new Promise(() => {});

    await expect(copy.read([{ key: one }], 40)).rejects.toThrow("timeout: etcd http://etcd did not say in 40 ms how far it is");
  });
});
