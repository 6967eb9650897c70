/** Who goes when many come at once. An acknowledgement is waited for by a person, with Slack's 3 s over him; a message can come a little later. */
export interface Turns {
  /** Runs something that an acknowledgement waits for; of many a few at a time, in the order in which they came, so that the first are not as late as the last. */
  first<T>(work: () => Promise<T>): Promise<T>;
  /** Waits until nothing of that runs or waits, but not longer than a moment. */
  after(): Promise<void>;
}

/** So many at a time: enough that each trip to Redis carries several. */
const mostAtOnce = 16;
/** In an endless stream of requests none is shown later than by this, ms. */
const longest = 200;

/** Lets what is acknowledged go before what is shown. */
export function createTurns(): Turns {
  let running = 0;
  const next: (() => void)[] = [];
  const idle = new Set<() => void>();
  const ended = (): void => {
    const go = next.shift();
    if (go !== undefined) return go();
    running--;
    if (running > 0) return;
    for (const tell of idle) tell();
    idle.clear();
  };
  return {
    async first(work) {
      // Whoever ends hands its place on.
      if (running >= mostAtOnce) await new Promise<void>((resolve) => void next.push(resolve));
      else running++;
      try {
        return await work();
      } finally {
        ended();
      }
    },
    async after() {
      if (running === 0) return;
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        idle.add(resolve);
        timer = setTimeout(resolve, longest);
      });
      clearTimeout(timer);
    },
  };
}
