/** The command ends here: with this text on that stream, and that exit code. */
export class End extends Error {
  constructor(
    readonly text: string,
    readonly stream: "stdout" | "stderr" = "stderr",
    readonly exitCode = 1,
  ) {
    super(text);
  }
}

export function out(text: string): void {
  process.stdout.write(text);
}
