/** Long work in steps: between two of them whoever does it may turn to something else, or stop. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Does it without a pause. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** After so many ms others get their turn. */
const slice = 8;

/** Does it with turns for the event loop. `goOn` is asked after each turn and throws when nobody waits for the end any more. */
export async function inTurns<T>(steps: Steps<T>, goOn: () => void): Promise<T> {
  for (let began = performance.now(); ; ) {
    const { done, value } = steps.next();
    if (done === true) return value;
    if (performance.now() - began < slice) continue;
    await new Promise((resolve) => setImmediate(resolve));
    goOn();
    began = performance.now();
  }
}
