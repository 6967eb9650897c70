/** Resolves when somebody ends the demo: Ctrl-C, or a polite kill. */
export function untilEnd(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve());
  });
}
