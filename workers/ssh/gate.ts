/** Lets a limited number of things happen at the same time; the others wait in order. */
export interface Gate {
  pass<T>(work: () => Promise<T>): Promise<T>;
}

export function createGate(limit: number): Gate {
  let inside = 0;
  const waiting: (() => void)[] = [];
  const enter = async (): Promise<void> => {
    if (inside >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else inside++;
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next) next();
    else inside--;
  };
  return {
    async pass(work) {
      await enter();
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
