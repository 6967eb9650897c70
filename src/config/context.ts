import type { RawFile } from "./read.js";
import type { Complain, Resolver } from "./secrets.js";

/** Which process asks: it gets its own secrets and nobody else's. `check` resolves whatever the file names, `names` nothing. */
export type ConfigRole = "bot" | "worker" | "terminal" | "check" | "names";

/** What every part of the way from the file to the configuration needs. */
export interface Context {
  role: ConfigRole;
  /** The one cluster that a worker works for; null = all that have a worker in the file. */
  cluster: string | null;
  resolver: Resolver;
  complain: Complain;
  /** Whether a list of the file is complete, so that what it does not have is really missing. */
  whole: RawFile["whole"];
}
