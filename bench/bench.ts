/** One thing that was measured in both ways, round by round. */
export interface Row {
  what: string;
  /** In the order of the rounds. */
  measured: readonly number[];
  unit: "ms" | "per s" | "MiB";
  /** What it is held against, measured in the same rounds; null = the goal is a plain number. */
  baseline: { name: string; measured: readonly number[] } | null;
  /** Null = shown for orientation only. */
  goal: Goal | null;
  /** Said beside the row when the goal is missed: what is known about the cause. */
  cause?: string;
}

/**
 * `at most`: so many times the baseline. `faster`: the baseline takes at least so many times as long. `share`: at least this part of
 * the baseline's rate. `median` and `worst`: plain limits in the row's unit.
 */
export interface Goal {
  kind: "at most" | "faster" | "share" | "median" | "worst";
  limit: number;
}

/** A path of the product that is measured, with its baseline. */
export interface Bench {
  name: string;
  summary: string;
  /** Debian packages beside the lab's: program by package. */
  needs?: Readonly<Record<string, string>>;
  /** What of the goal cannot be measured because it is not there. */
  absent?: readonly string[];
  run(say: (text: string) => void): Promise<Row[]>;
}
