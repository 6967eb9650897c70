import type { z } from "zod";
import type { Ask } from "../cluster/ask.js";
import type { Cluster } from "../cluster/cluster.js";
import type { Actor } from "../contract/actor.js";
import type { View } from "../contract/view.js";
import type { ArgsSchema, Declared } from "./declared.js";
import type { Desk } from "./desk.js";

/** What run() gets besides its arguments. */
export interface Work extends Ask {
  /** Index into the declared phases, and how far it is. */
  progress(phase: number, done: number, total: number): void;
  /** What was written below the line; null = nothing, or the command takes none. */
  document: string | null;
  /** Epoch ms by the worker's clock. */
  now(): number;
}

/** What render() may know besides the result. */
export interface Seen {
  cluster: string;
  /** The line that repeats this answer. */
  line: string;
  /** Job id, for the Raw button; null where no job ran. */
  job: string | null;
  /** Epoch ms when the worker started and ended; equal for `on: bot`. */
  started: number;
  ended: number;
}

/** A command that a worker inside the cluster's network runs. */
export interface WorkerCommand<A extends ArgsSchema = ArgsSchema, R = unknown> extends Declared<A> {
  on: "worker";
  /** Deadline of the whole job in ms. */
  timeout: number;
  /** What the progress line says, by index. */
  phases: readonly string[];
  /** True: without a cluster named it runs on all of them. */
  everywhere?: boolean;
  result: z.ZodType<R>;
  run(cluster: Cluster, args: z.infer<A>, work: Work): Promise<R>;
  render(result: R, seen: Seen, args: z.infer<A>): View;
}

/** A command that the bot answers itself. */
export interface BotCommand<A extends ArgsSchema = ArgsSchema> extends Declared<A> {
  on: "bot";
  run(desk: Desk, args: z.infer<A>, who: { actor: Actor; channel: string | null }): Promise<View>;
}

export type Command = WorkerCommand | BotCommand;

/** Declares a worker command; the types of args and result follow from its schemas. */
export function onWorker<A extends ArgsSchema, R>(command: Omit<WorkerCommand<A, R>, "on">): Command {
  return { ...command, on: "worker" } as unknown as Command;
}

/** Declares a command that the bot answers from what it knows itself. */
export function onBot<A extends ArgsSchema>(command: Omit<BotCommand<A>, "on">): Command {
  return { ...command, on: "bot" } as unknown as Command;
}
