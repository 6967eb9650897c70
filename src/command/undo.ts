import type { ChangeState } from "../contract/change.js";
import { fail } from "../contract/failure.js";
import { nearest } from "../contract/nearest.js";
import type { Step } from "../contract/plan.js";
import { draftOf, type Wanted } from "../plan/wanted.js";
import type { Done } from "./define.js";

const open: ReadonlySet<ChangeState> = new Set(["applied", "keep_requested"]);

/** The change that is meant: by its id, or the newest one that is still open, else the newest that was kept. */
export function changeToUndo(done: readonly Done[] | undefined, id: string | undefined): Done {
  if (done === undefined)
    throw fail("not_found", "no worker that makes changes answers here", { hint: "ask one whose cluster has `changes`" });
  if (id === undefined) {
    const found = done.find(({ state }) => open.has(state)) ?? done.find(({ state }) => state === "kept");
    if (found !== undefined) return found;
    throw fail("not_found", "there is no change that could be rolled back", { hint: "`changes` lists what was done" });
  }
  const found = done.find(({ plan }) => plan.id === id);
  if (found === undefined) throw unknown(done, id);
  if (!open.has(found.state) && found.state !== "kept")
    throw fail("usage", `${id} is ${found.state.replaceAll("_", " ")}: nothing of it is in force`, {
      hint: `\`change ${id}\` tells what became of it`,
    });
  return found;
}

function unknown(done: readonly Done[], id: string): Error {
  const meant = nearest(
    id,
    done.map(({ plan }) => plan.id),
  );
  const hint = meant === null ? "`changes` lists them with their ids" : `did you mean \`rollback ${meant}\`?`;
  return fail("not_found", `this cluster's worker has made no change \`${id}\``, { hint });
}

/** What puts everything back that some steps did, the last one first. */
export const undoing = (steps: readonly Step[]): Wanted[] =>
  steps.toReversed().map(({ inverse, document }) => ({
    action: inverse === null ? "delete" : "apply",
    draft: draftOf(JSON.parse(inverse ?? document) as Readonly<Record<string, unknown>>),
  }));
