import { type Snapshot, snapshotOfModel } from "../../calico/effect/edit.js";
import type { Steps } from "../../calico/steps.js";
import { type Model, modelSteps } from "../../calico/verdict/model.js";
import type { Parts } from "../../calico/verdict/parts.js";

/** What is in etcd at one revision, with all that was made of it so far: each is made when it is first asked for. */
export class Ground {
  #model: Model | null = null;
  #staged: Model | null = null;
  #snapshot: Snapshot | null = null;

  constructor(
    readonly parts: Parts,
    /** Of etcd, and epoch ms when it was so. */
    readonly revision: number,
    readonly at: number,
  ) {}

  /** The same objects, seen again later. */
  again(revision: number, at: number): Ground {
    const ground = new Ground(this.parts, revision, at);
    [ground.#model, ground.#staged, ground.#snapshot] = [this.#model, this.#staged, this.#snapshot];
    return ground;
  }

  *model(): Steps<Model> {
    return (this.#model ??= yield* modelSteps(this.parts));
  }

  /** As if staged policies were in force; null = there are none. */
  *staged(): Steps<Model | null> {
    if ((yield* this.model()).staged === 0) return null;
    return (this.#staged ??= yield* modelSteps(this.parts, { staged: true }));
  }

  *snapshot(): Steps<Snapshot> {
    return (this.#snapshot ??= yield* snapshotOfModel(this.parts, yield* this.model()));
  }
}
