import { kindPrefix } from "../../../src/calico/kinds.js";
import type { History } from "../../../src/cluster/history.js";
import type { Change } from "../../etcd/source.js";
import type { Keyspace } from "../keyspace.js";
import { Lives } from "./lives.js";
import { Minutes } from "./minutes.js";
import { peoplesKinds, writerOf } from "./whose.js";
import { Writes } from "./writes.js";

/** Nothing is kept longer, ms. */
const lasting = 86_400_000;
/** Looks for what is too old at most so often, ms. */
const pause = 60_000;

/** What happened to Calico's keys since somebody watches them: it outlives the copies that it is told by. */
export class Chronicle {
  readonly #writes = new Writes();
  readonly #groups = new Minutes();
  readonly #ports = new Minutes();
  readonly #lives = new Lives();
  #began: number | null = null;
  #gaps: History["gaps"] = [];
  #cleaned = 0;

  constructor(private readonly now: () => number) {}

  /** A copy begins, whole: the first one, or the next after a gap. */
  listed(keys: Keyspace): void {
    const now = this.now();
    const again = this.#began !== null;
    this.#began ??= now;
    const gap = this.#gaps.at(-1);
    if (gap?.to === null) gap.to = now;
    const objects = peoplesKinds
      .flatMap((kind) => keys.find({ prefix: kindPrefix(kind) }).kvs)
      .filter(({ key }) => writerOf(key) === "people");
    this.#writes.listed(objects, now, again);
    const felix = keys.find({ prefix: "/calico/felix/v2/" }).kvs;
    this.#lives.listed(new Set(felix.map(({ key }) => key)), now);
    for (const { key, value } of felix) this.#lives.seen(key, value, now);
  }

  /** What a watch tells, in its order. */
  changed({ key, kv, revision }: Change): void {
    const now = this.now();
    const writer = writerOf(key);
    if (writer === "people") this.#writes.seen({ key, kv, revision, at: now, late: false });
    else if (writer === "group") this.#groups.add(now);
    else if (writer === "port") this.#ports.add(now);
    else this.#lives.seen(key, kv?.value ?? null, now);
    this.#clean(now);
  }

  /** Nobody watches any more, and nobody knows of what came after `confirmed` (epoch ms). */
  lost(confirmed: number | null): void {
    const last = this.#gaps.at(-1);
    if (this.#began === null || last?.to === null) return;
    this.#gaps.push({ from: Math.max(confirmed ?? 0, this.#began, last?.to ?? 0), to: null });
  }

  since(at: number, trouble: string | null): History {
    const now = this.now();
    this.#clean(now);
    const known = this.#began === null ? null : Math.max(this.#began, now - lasting, this.#writes.lost);
    const span = known === null ? 0 : Math.max(0, at - known - this.#away(known, at));
    return {
      since: known,
      gaps: this.#gaps.filter(({ to }) => to === null || to >= at).map((gap) => ({ ...gap })),
      trouble,
      ...this.#writes.since(at),
      groups: this.#groups.since(at, span),
      ports: this.#ports.since(at, span),
      ...this.#lives.since(at),
    };
  }

  /** Ms between two times that nobody watched. */
  #away(from: number, to: number): number {
    return this.#gaps.reduce((sum, gap) => sum + Math.max(0, Math.min(gap.to ?? to, to) - Math.max(gap.from, from)), 0);
  }

  #clean(now: number): void {
    if (now - this.#cleaned < pause) return;
    this.#cleaned = now;
    const before = now - lasting;
    for (const part of [this.#writes, this.#groups, this.#ports, this.#lives]) part.forget(before);
    this.#gaps = this.#gaps.filter(({ to }) => to === null || to >= before);
  }
}
