/**
 * Words that end a program on a host at its own deadline, in seconds. `--foreground` keeps it in the process group of the exec,
 * which is killed when nobody waits any more.
 */
export function bounded(seconds: number, argv: readonly string[]): string[] {
  return ["timeout", "--foreground", "-k", "1", String(seconds), ...argv];
}
